import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { readRecord, toRecord, type UserRecord } from '#lib/transfer/user-record.ts';
import { dynamoUserScan } from '#lib/transfer/user-scan.dynamo.ts';
import type { User } from '#lib/users/user.ts';
import { exitCodes } from '#local/refusal.ts';
import { withStageTables } from '../stage/stage-tables.ts';
import { showProgress } from '../terminal/progress.ts';
import { everyUser } from './every-user.ts';
import { keepPace, unitsAsked } from './pace.ts';
import { knownPassphrase } from './passphrase.ts';
import { subcommand } from './subcommand.ts';
import { openUserFile, type UserFile } from './user-file.ts';

const usage = `Usage: npm run users -- compare FILE [--passphrase-file <file>] [--rate <units>]

Compares the users of a stage with FILE, an export of npm run users -- export. Lists missing users, additional users and
the names of different fields, without their values. It ignores token_epoch, because an import starts it again.
Exit code 1 if anything differs.

  --passphrase-file <file>   its first line is the passphrase; otherwise it is asked for
  --rate <units>             read at most this many units per second (1000)
`;

type Difference = { readonly id: string; readonly differs: 'missing' | 'beside' | 'unreadable' | readonly string[] };

export const compareUsers = subcommand({
  usage,
  options: { 'passphrase-file': { type: 'string' }, rate: { type: 'string', default: '1000' } },
  words: ['FILE'],
  async run({ words: [name = ''], values, stage, region, isJson, misused }) {
    const rate = unitsAsked(values.rate, misused);
    const file = await openUserFile(name, async () => await knownPassphrase(values['passphrase-file']));
    const differences = await withStageTables(stage, region, async ({ settings, client }) => {
      const progress = showProgress('Compared', file.count);
      const found = await compare(file, async (take) => {
        await everyUser({ scan: dynamoUserScan(settings, client), pace: keepPace(rate), segments: 4 }, async (users) => {
          take(users);
          progress.advance(users.length);
        });
      });
      progress.end();
      return found;
    });
    if (differences.length > 0) process.exitCode = exitCodes.refused;
    if (isJson) console.log(JSON.stringify({ stage, file: name, users: file.count, same: differences.length === 0, differences }));
    else for (const line of [...differences.map(sentence), verdict(file.count, differences.length)]) console.log(line);
  },
});

/** A digest of equal users, and the record of users that differ. */
async function compare(file: UserFile, read: (take: (users: readonly User[]) => void) => Promise<void>): Promise<Difference[]> {
  const wanted = new Map<string, string>();
  const [others, differences]: [Map<string, UserRecord>, Difference[]] = [new Map(), []];
  for await (const { line, record } of recordsIn(file)) {
    if (record) wanted.set(record.id, digestOf(record));
    else differences.push({ id: `Line ${line}`, differs: 'unreadable' });
  }
  await read((users) => {
    for (const record of users.map(comparable)) {
      const digest = wanted.get(record.id);
      wanted.delete(record.id);
      if (digest === undefined) differences.push({ id: record.id, differs: 'beside' });
      else if (digest !== digestOf(record)) others.set(record.id, record);
    }
  });
  if (others.size > 0)
    for await (const { record } of recordsIn(file)) {
      const other = record && others.get(record.id);
      if (record && other) differences.push({ id: record.id, differs: fieldsThatDiffer(record, other) });
    }
  return [...differences, ...[...wanted.keys()].map((id) => ({ id, differs: 'missing' }) as const)];
}

async function* recordsIn(file: UserFile) {
  for await (const { line, text } of file.lines()) {
    const read = readRecord(JSON.parse(text), file.seal?.open);
    yield { line, record: 'user' in read ? comparable(read.user) : undefined };
  }
}

/** For a suspension with an end, the clock decides whether the user may sign in at this moment. */
function comparable(user: User): UserRecord {
  return { ...toRecord(user), token_epoch: 0, ...(user.suspension && { is_active: false }) };
}

const digestOf = (record: UserRecord) =>
  createHash('sha256')
    .update(JSON.stringify(sorted(record)))
    .digest('base64');

/** Attributes are read in another order than they were written. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .map(([name, own]) => [name, sorted(own)])
    .sort(([one], [other]) => (String(one) < String(other) ? -1 : 1));
}

function fieldsThatDiffer(one: UserRecord, other: UserRecord): string[] {
  return Object.keys(one).filter((name) => !isDeepStrictEqual(one[name as keyof UserRecord], other[name as keyof UserRecord]));
}

function sentence({ id, differs }: Difference): string {
  if (differs === 'missing') return `${id} is missing.`;
  if (differs === 'unreadable') return `${id} of the file is no user that can be compared.`;
  return differs === 'beside' ? `${id} is not in the file.` : `${id} differs in ${differs.join(', ')}.`;
}

const verdict = (count: number, differing: number) =>
  differing === 0 ? `All ${count} users exist and are equal.` : `${differing} differ; the file has ${count} users.`;
