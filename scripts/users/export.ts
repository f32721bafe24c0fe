import { existsSync } from 'node:fs';
import { newPasswordSeal } from '#lib/transfer/password-seal.ts';
import { readRecord, toRecord } from '#lib/transfer/user-record.ts';
import { dynamoUserScan } from '#lib/transfer/user-scan.dynamo.ts';
import type { User } from '#lib/users/user.ts';
import { exitCodes, Refusal } from '#local/refusal.ts';
import { withStageTables } from '../stage/stage-tables.ts';
import { showProgress } from '../terminal/progress.ts';
import { type DjangoShape, fieldsOf, tooLongForDjango } from './django-fixture.ts';
import { everyUser, type Reading } from './every-user.ts';
import { keepPace, unitsAsked } from './pace.ts';
import { newPassphrase } from './passphrase.ts';
import { type Asked, subcommand } from './subcommand.ts';
import { tellOfAll } from './tell-all.ts';
import { beginFile } from './whole-file.ts';
import { writeFixture } from './write-fixture.ts';
import { writeLines } from './write-lines.ts';

const usage = `Usage: npm run users -- export FILE [--passphrase-file <file> | --unsealed] [--rate <units>] [--format django …]

Writes all users of a stage to FILE (- for standard output), one line of JSON each, for npm run users -- import. A
passphrase, which is asked for, seals the password hashes. Pictures, sessions and API tokens are not exported.

  --passphrase-file <file>   its first line is the passphrase
  --unsealed                 do not seal the hashes
  --rate <units>             read at most this many units per second; a unit is 4 kB, about six users (1000)
  --format django            write fixtures for manage.py loaddata; needs --unsealed, because Django cannot open a seal
    --model <app.model>      the model of your users (auth.user)
    --map <ours>=<theirs>    the field of Django for a field of ours, as for import: mobile=phone,attributes.nickname=nick;
                             nothing after the = leaves it out
    --pk <keep|number>       the primary key: the id as it is, or a number. A numeric id is its own number; the others count
                             up from the largest, and FILE.ids.json maps them to ids (number for auth.user, otherwise keep)
    --first-pk <number>      the first of those numbers, above the keys that Django already has (1)
`;

const text = { type: 'string' } as const;
const options = {
  'passphrase-file': text,
  unsealed: { type: 'boolean', default: false },
  rate: { ...text, default: '1000' },
  format: { ...text, default: 'lines' },
  model: { ...text, default: 'auth.user' },
  map: { ...text, multiple: true },
  pk: text,
  'first-pk': { ...text, default: '1' },
} as const;

/** The number of segments read in parallel; four keep two cores busy. */
const segments = 4;

export const exportUsers = subcommand({
  usage,
  options,
  words: ['FILE'],
  async run(asked) {
    const [file = '-'] = asked.words;
    const rate = unitsAsked(asked.values.rate, asked.misused);
    const shape = shapeAsked(asked);
    if (file !== '-' && existsSync(file)) throw new Refusal(`${file} already exists: name another file, or delete it.`);
    const seal = asked.values.unsealed ? undefined : await newPasswordSeal(await newPassphrase(asked.values['passphrase-file']));
    await withStageTables(asked.stage, asked.region, async ({ settings, client, place }) => {
      const scan = dynamoUserScan(settings, client);
      const progress = showProgress('Exported', await scan.roughCount());
      const written = await beginFile(file);
      await tellOfAll({ settings, client }, 'users_exported');
      if (!seal) console.error('The password hashes are not sealed: everyone with the file can try to guess the passwords.');
      const warnings: string[] = [];
      const read: Reading = async (take) => {
        await everyUser({ scan, pace: keepPace(rate), segments }, async (users) => {
          warnings.push(...users.flatMap((user) => warningsOf(user, shape)));
          await take(users);
          progress.advance(users.length);
        });
        progress.end();
      };
      try {
        const count = shape ? await writeFixture(read, shape, file, written) : await writeLines(read, asked.stage, seal, written);
        await written.keep();
        report(asked, { file, count, place, isSealed: seal !== undefined, warnings });
      } finally {
        written.discard();
      }
    });
  },
});

function warningsOf(user: User, shape: DjangoShape | undefined): string[] {
  if (shape) return [tooLongForDjango(user) ?? []].flat();
  const read = readRecord(JSON.parse(JSON.stringify(toRecord(user))));
  return 'reasons' in read ? [`${user.id}: ${read.reasons.join('; ')}`] : [];
}

type Done = {
  readonly file: string;
  readonly count: number;
  readonly place: string;
  readonly isSealed: boolean;
  readonly warnings: readonly string[];
};

/** On standard error if the users themselves go to standard output. */
function report({ stage, isJson, values: { format } }: Asked<typeof options>, { file, count, place, isSealed, warnings }: Done): void {
  const say = file === '-' ? console.error : console.log;
  for (const warning of warnings) console.error(`Cannot be imported unchanged: ${warning}`);
  if (warnings.length > 0) process.exitCode = exitCodes.inPart;
  if (isJson) {
    say(JSON.stringify({ stage, file, format, users: count, sealed: isSealed, warnings }));
    return;
  }
  const where = file === '-' ? 'standard output' : file;
  say(
    `${count} ${count === 1 ? 'user' : 'users'} of the stage ${stage} (${place}) went to ${where}, the password hashes ${isSealed ? 'sealed' : 'as they are'}.`,
  );
}

/** Undefined for the format of lines. */
function shapeAsked(asked: Asked<typeof options>): DjangoShape | undefined {
  const { values, misused } = asked;
  const { format, model, map = [], pk = model === 'auth.user' ? 'number' : 'keep' } = values;
  if (values.unsealed && values['passphrase-file'] !== undefined) throw misused('Give either --unsealed or --passphrase-file.');
  if (format === 'lines') return undefined;
  if (format !== 'django') throw misused(`Unknown format "${format}": omit it, or write django.`);
  if (!values.unsealed) throw misused('Django cannot open a seal: give --unsealed, and delete FILE after loaddata.');
  if (!/^[a-z_]\w*\.[a-z_]\w*$/i.test(model)) throw misused('--model has to be of the form app.model.');
  if (pk !== 'keep' && pk !== 'number') throw misused('--pk has to be keep or number.');
  const firstKey = Number(values['first-pk']);
  if (!Number.isInteger(firstKey) || firstKey < 1) throw misused('--first-pk has to be a whole number from 1 on.');
  const fields = fieldsOf(map.flatMap((pairs) => pairs.split(',')));
  if (typeof fields === 'string') throw misused(fields);
  return { model, fields, keepsIds: pk === 'keep', firstKey };
}
