import { codeKey, linkToken, whoOf } from '#lib/codes/code-secrets.ts';
import type { CodeStore } from '#lib/codes/code-store.ts';
import { epochSeconds } from '#lib/duration.ts';
import { randomRef, uuidv7 } from '#lib/ids.ts';
import { type LookupSecret, makingFirst, type ReadLookupSecrets } from '#lib/lookup-secrets.ts';
import type { EventStore } from '#lib/outbox/event-store.ts';
import type { User } from '#lib/users/user.ts';

type Needs = {
  readonly codes: Pick<CodeStore, 'put'>;
  readonly events: EventStore;
  readonly lookupSecret: ReadLookupSecrets;
  /** The address of the project's page, with `{token}` in it; empty if there is no page. */
  readonly resetUrl: string;
  readonly linkSeconds: number;
  readonly now: () => Date;
};

/** A link to set a password, for an operator to hand over. `url` is undefined if the project has no page for it. */
export type ResetLink = { readonly token: string; readonly url: string | undefined; readonly expiresAt: Date };

/**
 * Makes a link to set another password, for an operator to hand over. Another link makes this one void;
 * `/password/forgot/` does not. It proves no address.
 */
export async function makeResetLink(needs: Needs, user: Pick<User, 'id' | 'tokenEpoch'>): Promise<ResetLink> {
  const at = needs.now();
  const nowSeconds = epochSeconds(at);
  const [secret, ...others] = makingFirst(await needs.lookupSecret(), nowSeconds);
  const nameWith = (each: LookupSecret) => whoOf(each, 'user', user.id);
  const who = nameWith(secret);
  const ref = randomRef();
  const expiresAt = nowSeconds + needs.linkSeconds;
  const code = { key: codeKey('reset', who), ref, userId: user.id, epoch: user.tokenEpoch, digitsUntil: 0, expiresAt, isSpent: false };
  // First, so that no link exists that is not on record.
  await needs.events.add({ id: uuidv7(at), type: 'reset_link_made', userId: user.id, at });
  await needs.codes.put(
    code,
    others.map((other) => codeKey('reset', nameWith(other))),
  );
  const token = linkToken('links', secret, { subject: who, ref });
  return {
    token,
    url: needs.resetUrl ? needs.resetUrl.replace('{token}', token) : undefined,
    expiresAt: new Date(1000 * expiresAt),
  };
}
