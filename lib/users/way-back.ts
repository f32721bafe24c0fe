import type { Client } from '#lib/caller/client.ts';
import { refOfLink } from '#lib/codes/message-secret.ts';
import { isServed, type TargetRules } from '#lib/codes/target.ts';
import { epochSeconds } from '#lib/duration.ts';
import { randomRef } from '#lib/ids.ts';
import type { Language } from '#lib/language.ts';
import type { Message } from '#lib/messages/message.ts';
import { Problem } from '#lib/problem.ts';
import { addressesOf, isVerified } from './addresses.ts';
import { noticeTo } from './notice.ts';
import { aliveUndos, mostUndos, type Undo } from './undo.ts';
import type { User } from './user.ts';

/**
 * Makes the way back from an exchange of an address that the user has now. Its link goes to the user's e-mail address, so
 * there is none from an e-mail address that nobody proved. An exchange of a number that comes after one of a proved e-mail
 * address is kept even then, so that whoever goes back to that address takes it back as well.
 */
export function undoFor(
  user: User,
  kind: Undo['kind'],
  { undos, now, undoSeconds }: { readonly undos: readonly Undo[]; readonly now: Date; readonly undoSeconds: number },
): Undo | undefined {
  const isFollowing = kind === 'mobile' && undos.some((undo) => undo.kind === 'email' && undo.wasVerified);
  if (!user.isEmailVerified && !isFollowing) return undefined;
  return {
    ref: randomRef(),
    kind,
    before: kind === 'email' ? user.email : user.mobile,
    wasVerified: kind === 'email' ? user.isEmailVerified : user.isMobileVerified,
    expiresAt: epochSeconds(now) + undoSeconds,
  };
}

/** Adds ways back to those that have not expired. Throws `throttled` if there are too many. */
export function withUndos(undos: readonly Undo[], added: readonly Undo[], now: Date): Undo[] {
  const nowSeconds = epochSeconds(now);
  const alive = aliveUndos(undos, nowSeconds);
  const [oldest] = alive;
  if (!oldest || alive.length + added.length <= mostUndos) return [...alive, ...added];
  const seconds = oldest.expiresAt - nowSeconds;
  throw new Problem('throttled', { retryAfterSeconds: seconds, values: { seconds }, reason: 'too many exchanges that can be taken back' });
}

/** `client` is undefined if another user asked: their network address is not told. */
type Asked = { readonly client?: Client; readonly language: Language; readonly now: Date };
type Exchange = Asked & { readonly undo: Undo | undefined };

/**
 * The messages that tell of an exchange: to the user's e-mail address with the way back, and to an exchanged number
 * without one. An address that nobody proved is told nothing: it could be another person's.
 */
export function newsOf(rules: TargetRules, user: User, kind: Undo['kind'], { undo, ...asked }: Exchange): Message[] {
  const about = { user, client: asked.client, language: asked.language, now: asked.now };
  const secret = undo && { ref: refOfLink('undo', { subject: user.id, ref: undo.ref }), endsAt: new Date(1000 * undo.expiresAt) };
  return addressesOf(user)
    .filter((address) => isVerified(user, address))
    .flatMap((address) => {
      if (address.kind === 'email') return [noticeTo(address, kind === 'email' ? 'email-changed' : 'mobile-changed', { ...about, secret })];
      return kind === 'mobile' && isServed(address.value, rules) ? [noticeTo(address, 'mobile-changed', about)] : [];
    });
}
