import { parseFields } from '#lib/http/parse-fields.ts';
import { Problem } from '#lib/problem.ts';
import { dynamoDirectoryStore } from '#lib/users/directory-store.dynamo.ts';
import type { DirectoryQuery, DirectoryStore } from '#lib/users/directory-store.ts';
import { listQuery, meaningOf } from '#lib/users/list-query.ts';
import type { User } from '#lib/users/user.ts';
import { withStageTables } from '../stage/stage-tables.ts';
import { personJson, shortInstant, standingOf } from './person.ts';
import { subcommand } from './subcommand.ts';
import { table } from './table.ts';

const usage = `Usage: npm run users -- list [--role <role> | --state <active|suspended> | --username <beginning> | …] [--limit <number>]

Lists users, newest first, or in the order of the searched name. To list all of them: npm run users -- export.

  --role <role>              users with this role
  --state <state>            active or suspended
  --username <beginning>     or --email, --mobile, --name: users whose name begins like this
  --limit <number>           at most this many (20)
`;

const text = { type: 'string' } as const;
const options = {
  role: text,
  state: text,
  username: text,
  email: text,
  mobile: text,
  name: text,
  limit: { ...text, default: '20' },
} as const;

/** The names of the filters in the API. */
const filters = {
  role: 'role',
  state: 'state',
  username: 'username__startswith',
  email: 'email__startswith',
  mobile: 'mobile__startswith',
  name: 'name__startswith',
} as const;

export const listUsers = subcommand({
  usage,
  options,
  words: [],
  async run({ values, stage, region, isJson, misused }) {
    const names = Object.keys(filters) as (keyof typeof filters)[];
    const given = names.filter((name) => values[name] !== undefined);
    if (given.length > 1) throw misused(`Users cannot be listed by ${given.map((name) => `--${name}`).join(' and ')} at once.`);
    const limit = Number(values.limit);
    if (!Number.isInteger(limit) || limit < 1) throw misused('--limit has to be a whole number from 1 on.');
    await withStageTables(stage, region, async ({ settings, client }) => {
      const meaning = readMeaning(Object.fromEntries(given.map((name) => [filters[name], values[name]])), settings.DEFAULT_REGION);
      const isQuery = typeof meaning === 'object' && 'query' in meaning;
      const found = isQuery ? await pages(dynamoDirectoryStore(settings, client), meaning.query, limit) : { users: [], isMore: false };
      if (isJson) console.log(JSON.stringify({ stage, users: found.users.map(personJson), more: found.isMore }));
      else for (const line of linesOf(found)) console.log(line);
    });
  },
});

type Found = { readonly users: readonly User[]; readonly isMore: boolean };

/** Parsed as in the API, with faults under the names of the options. */
function readMeaning(given: Readonly<Record<string, unknown>>, region: string): ReturnType<typeof meaningOf> {
  try {
    return meaningOf(parseFields(listQuery, given), region);
  } catch (error) {
    if (!(error instanceof Problem) || !error.options.errors) throw error;
    const errors = Object.entries(error.options.errors).map(([name, wrong]) => [`--${name.replace('__startswith', '')}`, wrong]);
    throw new Problem(error.code, { errors: Object.fromEntries(errors) });
  }
}

async function pages(directory: Pick<DirectoryStore, 'page'>, query: DirectoryQuery, limit: number): Promise<Found> {
  const users: User[] = [];
  let after: string | undefined;
  do {
    const page = await directory.page(query, { limit: Math.min(100, limit - users.length), after });
    users.push(...page.users);
    after = page.next;
  } while (after !== undefined && users.length < limit);
  return { users, isMore: after !== undefined };
}

function linesOf({ users, isMore }: Found): string[] {
  if (users.length === 0) return ['Nobody.'];
  const rows = users.map((user) => [
    user.username,
    user.name,
    user.email,
    user.mobile ?? '-',
    `${user.isSuperuser ? 'superuser, ' : ''}${standingOf(user)}`,
    user.roles.join(', ') || '-',
    shortInstant(user.dateJoined),
    user.id,
  ]);
  const more = isMore ? ['There are more: raise --limit.'] : [];
  return [...table(['username', 'name', 'e-mail', 'mobile', 'state', 'roles', 'joined', 'id'], rows), ...more];
}
