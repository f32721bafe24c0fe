import type { AuditQuery } from '#lib/audit/audit-store.ts';
import { durationSeconds } from '#lib/duration.ts';
import { auditedTypes, type EventType } from '#lib/outbox/event-types.ts';
import { Refusal } from '#local/refusal.ts';
import type { StageTables } from '../stage/stage-tables.ts';
import { findPerson } from '../users/person.ts';

const text = { type: 'string' } as const;
/** The options that choose entries. */
export const queryOptions = { since: text, until: text, user: text, actor: text, type: text } as const;

export const aboutQuery = `
  --since <when>      from this time on: 12h or 30d ago, 2026-12-31 or 2026-12-31T12:00:00Z; a day begins in UTC
  --until <when>      before this time
  --user <name>       what happened to a user: any name or the id, which a deleted user keeps here
  --actor <name>      what a user did; not together with --user
  --type <type>       only this type of event (docs/audit.md)
`;

type Given = { readonly [Name in keyof typeof queryOptions]?: string | undefined };
type Chosen = { readonly since: Date | undefined; readonly until: Date | undefined; readonly type: EventType | undefined };

/** The times and the type of the options. Throws what `misused` makes of an invalid one. */
export function chosenOf(given: Given, misused: (why: string) => Refusal, now = new Date()): Chosen {
  if (given.user !== undefined && given.actor !== undefined) throw misused('Give either --user or --actor.');
  const time = (name: 'since' | 'until') => {
    const typed = given[name];
    const at = typed === undefined ? undefined : moment(typed, now);
    if (typed !== undefined && !at) throw misused(`--${name} "${typed}" is not a time: write 30d, 2026-12-31 or 2026-12-31T12:00:00Z.`);
    return at;
  };
  const type = auditedTypes.find((each) => each === given.type);
  if (given.type !== undefined && !type) throw misused(`--type has to be one of ${auditedTypes.join(', ')}.`);
  return { since: time('since'), until: time('until'), type };
}

/** The query of the options; a list of everyone begins `usualSeconds` ago unless `--since` says otherwise. */
export async function queryOf(tables: StageTables, { user, actor }: Given, chosen: Chosen, usualSeconds: number): Promise<AuditQuery> {
  if (user !== undefined) return { of: 'user', id: await idOf(tables, user), ...chosen };
  if (actor !== undefined) return { of: 'actor', id: await idOf(tables, actor), ...chosen };
  const until = chosen.until ?? new Date(Date.now() + 1);
  return { of: 'everyone', type: chosen.type, since: chosen.since ?? new Date(until.getTime() - 1000 * usualSeconds), until };
}

/** The id of the user with this name. An unknown name may be the id of a deleted user. */
async function idOf(tables: StageTables, name: string): Promise<string> {
  try {
    return (await findPerson(tables, name)).id;
  } catch (error) {
    if (error instanceof Refusal && error.message.startsWith('No user')) return name.replace(/^id:/, '');
    throw error;
  }
}

function moment(typed: string, now: Date): Date | undefined {
  const seconds = durationSeconds(typed);
  if (seconds !== undefined) return new Date(now.getTime() - 1000 * seconds);
  if (!/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(typed)) return undefined;
  const at = new Date(typed);
  return Number.isNaN(at.getTime()) ? undefined : at;
}
