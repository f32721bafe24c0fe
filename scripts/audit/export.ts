import { viewEntries } from '#lib/audit/audit-view.ts';
import { withStageTables } from '../stage/stage-tables.ts';
import { showProgress } from '../terminal/progress.ts';
import { subcommand } from '../users/subcommand.ts';
import { everyEntry } from './every-entry.ts';
import { namesOf } from './list.ts';
import { aboutQuery, chosenOf, queryOf, queryOptions } from './query.ts';

const usage = `Usage: npm run audit -- export [--user <name> | --actor <name>] [--type <type>] [--since <when>] [--until <when>]

Writes the audit trail to standard output, one line of JSON for each entry, newest first. Without --since it writes all.
Put > audit.jsonl after it; the progress goes to standard error.
${aboutQuery}`;

export const exportAudit = subcommand({
  usage,
  options: queryOptions,
  words: [],
  async run({ values, stage, region, misused }) {
    const chosen = chosenOf(values, misused);
    await withStageTables(stage, region, async (tables) => {
      const kept = tables.settings.AUDIT_RETENTION;
      const isOfOne = values.user !== undefined || values.actor !== undefined;
      if (kept === 0 && !isOfOne && !chosen.since) throw misused('This stage keeps entries for ever: say since when with --since.');
      const query = await queryOf(tables, values, chosen, kept);
      const progress = showProgress('entries', undefined);
      await everyEntry(tables, { query, fields: namesOf(values), most: Number.POSITIVE_INFINITY }, (entries) => {
        for (const entry of viewEntries(entries)) process.stdout.write(`${JSON.stringify(entry)}\n`);
        progress.advance(entries.length);
      });
      progress.end();
    });
  },
});
