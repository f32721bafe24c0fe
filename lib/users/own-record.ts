import type { Caller } from '#lib/http/caller.ts';
import { Problem } from '#lib/problem.ts';

/** Lets a caller at their own record only. Somebody else's is refused before anything is looked up, so it cannot be told whether it exists. */
export function demandOwn(caller: Caller, id: string | undefined): string {
  if (id !== caller.sub) throw new Problem('permission_denied', { reason: 'not their own record' });
  return caller.sub;
}
