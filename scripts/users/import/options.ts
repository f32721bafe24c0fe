import type { Refusal } from '#local/refusal.ts';
import type { Asked } from '../subcommand.ts';
import { type Format, formats } from './open-source.ts';
import { ourFields, type Rules, renamings } from './rules.ts';

const text = { type: 'string' } as const;
const several = { type: 'string', multiple: true } as const;
const flag = { type: 'boolean', default: false } as const;

export const importOptions = {
  'dry-run': flag,
  format: text,
  model: text,
  map: several,
  role: several,
  rename: { ...text, default: 'own' },
  'without-email': { ...text, default: 'refuse' },
  'doubled-email': { ...text, default: 'refuse' },
  'invalid-mobile': { ...text, default: 'refuse' },
  'unknown-hash': { ...text, default: 'refuse' },
  'old-tokens': text,
  'passphrase-file': text,
  report: text,
  rate: text,
} as const;

export const importUsage = `Usage: npm run users -- import FILE [--dry-run] [options]

Brings users along: of Django (dumpdata, --format jsonl too), of CSV, of JSON lines (our own export, sealed or not), of Cognito. Hashes and ids stay.
Safe to stop and to repeat: who is there already is left as they are.

  --dry-run                      read and check everything, the tables too, and write nothing
  --format <format>              ${formats.join(', ')}, where what the file begins with does not tell
  --model <app.model>            of the users in a dumpdata, where it is not auth.user
  --map <ours>=<theirs>          a field that is called otherwise: mobile=phone,attributes.nickname=nick; several, or again
  --role <theirs>=<ours>         a group that is called otherwise here; empty: nobody gets it
  --rename none|own|all          whose username is made anew where it will not do here: nobody's; theirs who signed in with their own e-mail
                                 address or mobile number, and can go on doing so (own, the usual); everybody's
  --without-email placeholder    who has no valid e-mail address gets one that no mail reaches; otherwise they are refused
  --doubled-email placeholder    the same for whose e-mail address somebody before them has
  --invalid-mobile drop          who has an invalid mobile number comes without it; otherwise they are refused
  --unknown-hash unusable        whose hash cannot be compared with comes without a password; otherwise they are refused
  --old-tokens honour|end        whether tokens that others signed go on being good, where the stage takes them: yes for users of Django and on
                                 stages that take tokens of others (DJANGO_ALGORITHM, VERIFYING_KEY, JWK_URL), otherwise no
  --passphrase-file <file>       of a sealed export; otherwise it is asked for
  --report <file>                where the rows that were refused or changed are told, one a line; <FILE>.report.jsonl
  --rate <units>                 write units a second at the most; 4000 but on local, which has no limit`;

type Values = Asked<typeof importOptions>['values'];
type Asking = Pick<Asked<typeof importOptions>, 'values' | 'stage' | 'misused'>;

/** What a deployed on-demand table takes from its first day is 4,000 units a second; an import's go to three of them. */
const usualRate = 4000;

/** What was asked for, checked: a Refusal says what may be. */
export function readImportOptions({ values, stage, misused }: Asking, attributes: readonly string[]) {
  const oneOf = <const Word extends string>(name: keyof Values, words: readonly Word[]): Word => {
    const found = words.find((word) => word === values[name]);
    if (found === undefined) throw misused(`--${name} is ${words.join(' or ')}.`);
    return found;
  };
  const names = pairs(values.map, '--map', misused);
  const known = [...ourFields, ...attributes.map((name) => `attributes.${name}`)];
  for (const [ours, theirs] of names) {
    if (!known.includes(ours)) throw misused(`--map knows no field "${ours}" of ours: there are ${known.join(', ')}.`);
    if (theirs === '') throw misused(`--map ${ours}= names no field of the file.`);
  }
  const rate = values.rate === undefined ? (stage === 'local' ? undefined : usualRate) : Number(values.rate);
  if (rate !== undefined && !(rate >= 50 && rate <= 1_000_000)) throw misused('--rate is a number of units a second, 50 or more.');
  const rules: Omit<Rules, 'region' | 'isOldTokenHonoured'> = {
    names,
    roles: pairs(values.role, '--role', misused),
    renaming: oneOf('rename', renamings),
    isWithoutEmail: oneOf('without-email', ['refuse', 'placeholder']) === 'placeholder',
    isDoubledEmail: oneOf('doubled-email', ['refuse', 'placeholder']) === 'placeholder',
    isMobileDropped: oneOf('invalid-mobile', ['refuse', 'drop']) === 'drop',
    isHashDropped: oneOf('unknown-hash', ['refuse', 'unusable']) === 'unusable',
  };
  const format: Format | undefined = values.format === undefined ? undefined : oneOf('format', formats);
  const oldTokens = values['old-tokens'] === undefined ? undefined : oneOf('old-tokens', ['honour', 'end']);
  return { rules, format, model: values.model, oldTokens, rate, isDryRun: values['dry-run'] };
}

function pairs(given: readonly string[] | undefined, flagName: string, misused: (why: string) => Refusal): Map<string, string> {
  const each = (given ?? []).flatMap((list) => list.split(',').filter((pair) => pair.trim() !== ''));
  return new Map(
    each.map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1) throw misused(`${flagName} is <one>=<other>, and "${pair}" is not.`);
      return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
    }),
  );
}
