import type { AddressKind } from '#lib/users/proved-addresses.ts';
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
  proved: several,
  'old-tokens': text,
  'passphrase-file': text,
  report: text,
  rate: text,
} as const;

export const importUsage = `Usage: npm run users -- import FILE [--dry-run] [options]

Imports users from Django (dumpdata, also --format jsonl), CSV, JSON lines (our own export, sealed or not) or Cognito, with
their password hashes and ids. It can be stopped and repeated: existing users stay unchanged.

  --dry-run                      read and check everything, the tables too, and write nothing
  --format <format>              ${formats.join(', ')}, if the beginning of the file does not show it
  --model <app.model>            the model of the users in a dumpdata, if it is not auth.user
  --map <ours>=<theirs>          a field with another name: mobile=phone,attributes.nickname=nick; may be repeated
  --role <theirs>=<ours>         a group with another name here; empty: drop it
  --rename none|own|all          which invalid usernames are replaced: none; those of users who signed in with their e-mail
                                 address or mobile number, and can go on doing so (own, the default); all
  --without-email placeholder    give users without a valid e-mail address one that no mail reaches; otherwise refuse them
  --proved email|mobile          count addresses of this kind as proved, because you vouch for them. A stage that wants addresses
                                 proved (REGISTER_VERIFIED) refuses others
  --doubled-email placeholder    the same for users whose e-mail address an earlier user has
  --invalid-mobile drop          import users with an invalid mobile number without it; otherwise refuse them
  --unknown-hash unusable        import users with an unsupported hash without a password; otherwise refuse them
  --old-tokens honour|end        whether tokens of other issuers stay valid: by default yes for users of Django and on stages
                                 that accept such tokens (DJANGO_ALGORITHM, VERIFYING_KEY, JWK_URL), otherwise no
  --passphrase-file <file>       the passphrase of a sealed export; otherwise it is asked for
  --report <file>                the list of refused and changed rows, one per line; <FILE>.report.jsonl
  --rate <units>                 write at most this many units per second; 4000, and no limit on local`;

type Values = Asked<typeof importOptions>['values'];
type Asking = Pick<Asked<typeof importOptions>, 'values' | 'stage' | 'misused'>;

/** A new on-demand table takes 4,000 units a second, and an import writes to three of them. */
const usualRate = 4000;

/** The checked options. A Refusal says which values are valid. */
export function readImportOptions({ values, stage, misused }: Asking, attributes: readonly string[]) {
  const oneOf = <const Word extends string>(name: keyof Values, words: readonly Word[]): Word => {
    const found = words.find((word) => word === values[name]);
    if (found === undefined) throw misused(`--${name} must be ${words.join(' or ')}.`);
    return found;
  };
  const names = pairs(values.map, '--map', misused);
  const known = [...ourFields, ...attributes.map((name) => `attributes.${name}`)];
  for (const [ours, theirs] of names) {
    if (!known.includes(ours)) throw misused(`--map does not know the field "${ours}". Known fields: ${known.join(', ')}.`);
    if (theirs === '') throw misused(`--map ${ours}= needs the name of a field of the file.`);
  }
  const rate = values.rate === undefined ? (stage === 'local' ? undefined : usualRate) : Number(values.rate);
  if (rate !== undefined && !(rate >= 50 && rate <= 1_000_000)) throw misused('--rate must be a number of units per second, at least 50.');
  const rules: Omit<Rules, 'region' | 'wanted' | 'isOldTokenHonoured'> = {
    names,
    roles: pairs(values.role, '--role', misused),
    renaming: oneOf('rename', renamings),
    isWithoutEmail: oneOf('without-email', ['refuse', 'placeholder']) === 'placeholder',
    isDoubledEmail: oneOf('doubled-email', ['refuse', 'placeholder']) === 'placeholder',
    isMobileDropped: oneOf('invalid-mobile', ['refuse', 'drop']) === 'drop',
    proved: kinds(values.proved, misused),
    isHashDropped: oneOf('unknown-hash', ['refuse', 'unusable']) === 'unusable',
  };
  const format: Format | undefined = values.format === undefined ? undefined : oneOf('format', formats);
  const oldTokens = values['old-tokens'] === undefined ? undefined : oneOf('old-tokens', ['honour', 'end']);
  return { rules, format, model: values.model, oldTokens, rate, isDryRun: values['dry-run'] };
}

function kinds(given: readonly string[] | undefined, misused: (why: string) => Refusal): AddressKind[] {
  return (given ?? [])
    .flatMap((list) => list.split(','))
    .map((kind) => {
      if (kind !== 'email' && kind !== 'mobile') throw misused(`--proved is email, mobile, or both, and not "${kind}".`);
      return kind;
    });
}

function pairs(given: readonly string[] | undefined, flagName: string, misused: (why: string) => Refusal): Map<string, string> {
  const each = (given ?? []).flatMap((list) => list.split(',').filter((pair) => pair.trim() !== ''));
  return new Map(
    each.map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1) throw misused(`${flagName} must be <one>=<other>, not "${pair}".`);
      return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
    }),
  );
}
