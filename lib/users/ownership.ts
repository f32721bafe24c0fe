import type { CodeTarget } from '#lib/codes/code.ts';
import { addressesOf, holds, isProved, isVouched, type Marked } from './addresses.ts';
import { aliveUndos, type Undo } from './undo.ts';
import type { User } from './user.ts';

/**
 * How an address was proved. `reset`: by the link or code of a forgotten password. `sign-in`: by a login code. `verify`:
 * by a code, from a session that signed in with the password. `exchange`: by a code, with the password, for another
 * address of the account. `handed-over`: an operator gave the person a link, which proves no address.
 */
export type Act = 'reset' | 'sign-in' | 'verify' | 'exchange' | 'handed-over';

/**
 * What a proof takes away from an account. `password`: no password matches afterwards. `younger ways back`: see
 * `waysBackAfterReset`.
 */
type Belonging =
  | 'other addresses'
  | 'ways back'
  | 'younger ways back'
  | 'password'
  | 'all sessions'
  | 'other sessions'
  | 'API tokens'
  | 'attributes'
  | 'picture';

/**
 * What a proof entitles to. `opens`: tokens or another password, as the owner. `takes over`: the same, but everything on
 * the account that this person has not proved goes. `marks`: the address counts as proved, and nothing else is gained.
 * `nothing`: the proof is answered as a wrong one.
 */
export type Entitlement = {
  readonly effect: 'opens' | 'takes over' | 'marks' | 'nothing';
  readonly goes: readonly Belonging[];
};

/** What is on the account when an address is proved. */
export type Estate = {
  readonly user: Pick<User, 'email' | 'mobile'> & Marked;
  /** The ways back that have not expired. */
  readonly undos: readonly Undo[];
};

/** What goes with the first proof of an account: all that this person has not proved, because anybody may have made it. */
const unproved = ['other addresses', 'ways back', 'all sessions', 'API tokens', 'attributes', 'picture'] as const;

const passedBy = ({ kind }: CodeTarget) => (kind === 'email' ? (['younger ways back'] as const) : []);

/**
 * Decides what a proof entitles to. A user can register with any address, so an address opens an account only if it was
 * proved, or if nothing on the account is proved by anybody. A way back to a proved address counts as a proved address,
 * because its owner can still take the account back. An address that another user vouched for opens the account, but it is
 * no proof: if the person proved nothing else, proving it is the first proof. The table of docs/ownership.md shows every combination.
 */
export function entitlementOf({ user, undos }: Estate, act: Act, target?: CodeTarget): Entitlement {
  if (act === 'handed-over' || !target) return { effect: 'opens', goes: ['ways back', 'all sessions', 'API tokens'] };
  const isOwn = holds(user, target);
  if (!isOwn && act !== 'exchange') return { effect: 'nothing', goes: [] };
  const isOpen = (isOwn && isProved(user, target)) || undos.some((undo) => leadsTo(undo, target));
  const isAnyProved = isOpen || addressesOf(user).some((each) => isProved(user, each)) || undos.some(({ wasVerified }) => wasVerified);
  if (act === 'verify' || act === 'exchange') {
    return { effect: 'marks', goes: isAnyProved ? [] : ['other sessions', 'API tokens'] };
  }
  if (isOpen || (isAnyProved && isVouched(user, target)))
    return { effect: 'opens', goes: act === 'reset' ? [...passedBy(target), 'all sessions', 'API tokens'] : [] };
  if (isAnyProved) return { effect: 'nothing', goes: [] };
  return { effect: 'takes over', goes: act === 'reset' ? unproved : [...unproved, 'password'] };
}

/**
 * The ways back of a user that still count: not expired, and none to an e-mail address that nobody proved. A number comes
 * back as it was, proved or claimed: the link went to a proved e-mail address.
 */
export function waysBackOf(undos: readonly Undo[], nowSeconds: number): Undo[] {
  return aliveUndos(undos, nowSeconds).filter(({ kind, wasVerified }) => kind === 'mobile' || wasVerified);
}

/**
 * The ways back that remain after the password was reset through a proved address. Those to e-mail addresses that were
 * made since this address was left go, because its owner is back. All others stay: an earlier owner may still need them.
 * A reset through a number takes none away. Their links went to e-mail addresses that may have been there before it, and
 * the number may be the thief's.
 */
export function waysBackAfterReset(undos: readonly Undo[], target: CodeTarget): Undo[] {
  const left = target.kind === 'email' ? undos.findIndex((undo) => leadsTo(undo, target)) : -1;
  return undos.filter(({ kind }, index) => left < 0 || index < left || kind !== 'email');
}

/** Whether a way back leads to this address, which was proved. */
function leadsTo({ kind, before, wasVerified }: Undo, target: CodeTarget): boolean {
  if (!wasVerified || before === undefined || kind !== target.kind) return false;
  return holds(kind === 'email' ? { email: before } : { email: '', mobile: before }, target);
}

/** The user after the first proof, without what the entitlement takes away. `password` is the hash from now on. */
export function takenOver(
  user: User,
  target: CodeTarget,
  { password, ownAttributes }: { readonly password: string; readonly ownAttributes: readonly string[] },
): User {
  const isEmail = target.kind === 'email';
  return {
    ...user,
    email: isEmail ? user.email : '',
    mobile: isEmail ? undefined : user.mobile,
    isEmailVerified: isEmail,
    isMobileVerified: !isEmail,
    isEmailVouched: undefined,
    isMobileVouched: undefined,
    password,
    tokenEpoch: user.tokenEpoch + 1,
    attributes: Object.fromEntries(Object.entries(user.attributes).filter(([name]) => !ownAttributes.includes(name))),
    avatar: undefined,
  };
}

/** Whether somebody other than whoever proves this address has proved something on the account; a first guess without the ways back. */
export function opensFor(user: Estate['user'], target: CodeTarget): boolean {
  return entitlementOf({ user, undos: [] }, 'reset', target).effect !== 'nothing';
}
