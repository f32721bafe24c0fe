import type { User } from '#lib/users/user.ts';
import { refusalProblem } from './refusal.ts';
import { type Verification, verifyToken } from './verify-token.ts';

type Needs = Verification & {
  /** What hooks.ts adds to the answer. */
  readonly addition: (user: User | undefined) => Promise<Readonly<Record<string, unknown>>>;
};

/** Nothing but what hooks.ts adds, where a token of any kind holds this moment. Throws the problem that it was refused with. */
export async function checkToken(needs: Needs, text: string): Promise<Readonly<Record<string, unknown>>> {
  const outcome = await verifyToken(needs, text, ['access', 'refresh', 'sliding']);
  if ('refused' in outcome) throw refusalProblem(outcome);
  return await needs.addition(outcome.user);
}
