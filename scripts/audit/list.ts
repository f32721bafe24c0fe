import { usualDays } from '#lib/audit/audit-query.ts';
import { viewEntries } from '#lib/audit/audit-view.ts';
import type { Entry } from '#lib/audit/entry.ts';
import { withStageTables } from '../stage/stage-tables.ts';
import { subcommand } from '../users/subcommand.ts';
import { table } from '../users/table.ts';
import { everyEntry } from './every-entry.ts';
import { aboutQuery, chosenOf, queryOf, queryOptions } from './query.ts';

const usage = `Usage: npm run audit -- list [--user <name> | --actor <name>] [--type <type>] [--since <when>] [--until <when>] [--limit <number>]

Lists the audit trail, newest first. Without --user, --actor and --since it goes back ${usualDays} days.
${aboutQuery}  --limit <number>    at most this many (20)
`;

export const listAudit = subcommand({
  usage,
  options: { ...queryOptions, limit: { type: 'string', default: '20' } },
  words: [],
  async run({ values, stage, region, isJson, misused }) {
    const limit = Number(values.limit);
    if (!Number.isInteger(limit) || limit < 1) throw misused('--limit has to be a whole number from 1 on.');
    const chosen = chosenOf(values, misused);
    await withStageTables(stage, region, async (tables) => {
      const entries: Entry[] = [];
      const query = await queryOf(tables, values, chosen, usualDays * 86_400);
      const { isMore } = await everyEntry(tables, { query, fields: namesOf(values), most: limit }, (found) => void entries.push(...found));
      if (isJson) console.log(JSON.stringify({ stage, entries: viewEntries(entries), more: isMore }));
      else for (const line of linesOf(entries, isMore)) console.log(line);
    });
  },
});

/** The names of the filters that were given. */
export function namesOf(values: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(queryOptions).filter((name) => values[name] !== undefined);
}

function linesOf(entries: readonly Entry[], isMore: boolean): string[] {
  if (entries.length === 0) return ['No entries.'];
  const rows = entries.map(({ at, type, userId, actorId, via, fields = [], addressHash, device }) => {
    const by = actorId === userId ? 'the user' : (actorId ?? '-');
    return [at.toISOString(), type, userId, by, via ?? '-', fields.join(', ') || '-', addressHash ?? '-', device?.slice(0, 40) ?? '-'];
  });
  const more = isMore ? ['There are more: raise --limit.'] : [];
  return [...table(['when', 'what', 'user', 'by', 'via', 'fields', 'address', 'device'], rows), ...more];
}
