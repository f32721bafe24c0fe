import type { Client } from '#lib/caller/client.ts';
import type { HumanCheck } from '#lib/human-check/human-check.ts';
import type { HumanProof } from '#lib/human-check/human-proof.ts';
import { isOurFault } from '#lib/problem.ts';
import type { Spent, Throttle } from '#lib/throttle/throttle.ts';
import type { LoginLimits } from './complete-sign-in.ts';
import { admit } from './count-try.ts';
import { codeLimits } from './login-limits.ts';

/** What counts a try with the digits of a code. `checkHuman` asks once a limit is used up, unless the stage has no checks. */
export type CountingCodes = { readonly throttle: Throttle; readonly limits: LoginLimits; readonly checkHuman: HumanCheck };

/**
 * Counts a try with the digits of a code, before they are compared. Strangers who use up the limit of everybody do not keep out a
 * person who passes a human check. Throws `throttled`, `human_check_required` and `human_check_failed`.
 */
export async function countCode(
  needs: CountingCodes,
  what: 'code-login' | 'recovery',
  { human, client }: { readonly human: HumanProof | undefined; readonly client: Client },
): Promise<readonly Spent[]> {
  const counted = await needs.throttle.spend(...codeLimits(what, needs.limits, client.address));
  try {
    return await admit(needs, human, client, counted);
  } catch (error) {
    if (isOurFault(error)) await needs.throttle.giveBack(...counted).catch(() => undefined); // the first error is the one to report
    throw error;
  }
}
