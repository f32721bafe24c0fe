import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { Refusal } from '#local/refusal.ts';
import type { Checked, Place } from './check-rows.ts';
import type { Complaint } from './row.ts';

/**
 * A file of JSON lines beside the import: each complaint about a row that did not come along, and each change to one that did. No names, no
 * hashes; who it is about is told by the row, its line, and the id.
 */
export type Report = {
  refused(place: Place, complaints: readonly Complaint[]): void;
  changed(row: Checked & { readonly arrival: unknown }): void;
  close(): Promise<void>;
};

/** Begins the report anew: every run tells of the whole file. Throws a Refusal where it cannot be written. */
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
