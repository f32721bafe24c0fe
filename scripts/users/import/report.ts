import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { Refusal } from '#local/refusal.ts';
import type { Checked, Place } from './check-rows.ts';
import type { Complaint } from './row.ts';

/**
 * A file of JSON lines about the import: each complaint about a refused row, and each change to an imported one. It has
 * no names and no hashes; the number of the row, its line and the id tell the user.
 */
export type Report = {
  refused(place: Place, complaints: readonly Complaint[]): void;
  changed(row: Checked & { readonly arrival: unknown }): void;
  close(): Promise<void>;
};

/** Starts the report again, because every run reports on the whole file. Throws a Refusal if it cannot be written. */
export async function openReport(path: string): Promise<Report> {
  const out = createWriteStream(path, { mode: 0o600 });
  await new Promise((resolve, reject) => {
    out.once('open', resolve);
    out.once('error', (error) => reject(new Refusal(`The report cannot be written: ${error.message}`)));
  });
  const put = (line: object) => out.write(`${JSON.stringify(line)}\n`);
  return {
    refused(place, complaints) {
      for (const complaint of complaints) put({ outcome: 'refused', ...place, ...complaint });
    },
    changed({ place, changes, arrival }) {
      const { user } = arrival as { user: { username: string } };
      for (const change of changes) put({ outcome: 'changed', ...place, change, ...(change === 'renamed' && { username: user.username }) });
    },
    async close() {
      out.end();
      await finished(out);
    },
  };
}
