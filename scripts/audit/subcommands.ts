import type { Subcommand } from '../users/subcommand.ts';
import { exportAudit } from './export.ts';
import { listAudit } from './list.ts';

/** The subcommands of `npm run audit`. */
export const subcommands: Readonly<Record<string, { readonly about: string; readonly command: Subcommand }>> = {
  list: { about: 'list the newest entries of the audit trail', command: listAudit },
  export: { about: 'write entries to standard output, one line of JSON each', command: exportAudit },
};
