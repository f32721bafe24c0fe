import { randomBytes } from 'node:crypto';
import { codeKey, linkToken, whoOf } from '#lib/codes/code-secrets.ts';
import type { CodeStore } from '#lib/codes/code-store.ts';
import { epochSeconds } from '#lib/duration.ts';
import type { User } from '#lib/users/user.ts';

type Needs = {
  readonly codes: Pick<CodeStore, 'put'>;
  readonly lookupSecret: () => Promise<Uint8Array>;
  /** The project’s page with `{token}` in its address; empty where there is none. */
  readonly resetUrl: string;
  readonly linkSeconds: number;
  readonly now: () => Date;
};

/** A way to another password, to be handed over; `url` where the project has a page for it. */
export type ResetLink = { readonly token: string; readonly url: string | undefined; readonly expiresAt: Date };

/**
 * Makes somebody a link to choose another password with, for whoever has the tables to hand over themselves. Made again, the one before is void; asking
 * at `/password/forgot/` leaves it. It proves no address.
 */
export async function makeResetLink(needs: Needs, user: Pick<User, 'id' | 'tokenEpoch'>): Promise<ResetLink> {
  const secret = await needs.lookupSecret();
  const who = whoOf(secret, 'user', user.id);
  const ref = randomBytes(16).toString('base64url');
  const expiresAt = epochSeconds(needs.now()) + needs.linkSeconds;
  const key = codeKey('reset', who);
  await needs.codes.put({ key, ref, userId: user.id, epoch: user.tokenEpoch, digitsUntil: 0, expiresAt, isSpent: false });
  const token = linkToken('links', secret, { subject: who, ref });
  return {
    token,
    url: needs.resetUrl ? needs.resetUrl.replace('{token}', token) : undefined,
    expiresAt: new Date(1000 * expiresAt),
  };
}
