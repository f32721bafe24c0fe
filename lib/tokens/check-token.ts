import type { User } from '#lib/users/user.ts';
import { refusalProblem } from './refusal.ts';
import { type Verification, verifyToken } from './verify-token.ts';

type Needs = Verification & {
  /** The fields that hooks.ts adds to the answer. */
  readonly addition: (user: User | undefined) => Promise<Readonly<Record<string, unknown>>>;
};

/** The fields that hooks.ts adds, if the token, of any type, is valid now. Throws the problem it was refused with. */
export async function checkToken(needs: Needs, text: string): Promise<Readonly<Record<string, unknown>>> {
  const outcome = await verifyToken(needs, text, ['access', 'refresh', 'sliding']);
  if ('refused' in outcome) throw refusalProblem(outcome);
  return await needs.addition(outcome.user);
}
