import { Problem } from '#lib/problem.ts';
import type { Personal } from '#lib/tokens/personal.ts';
import { refusalProblem, type StandingRefusal } from '#lib/tokens/refusal.ts';
import type { Standing, StandingStore } from '#lib/tokens/standing-store.ts';
import type { Claims, TokenRules } from '#lib/tokens/token.ts';
import { judgeStanding } from '#lib/tokens/verify-token.ts';
import type { User } from '#lib/users/user.ts';

type Added = Readonly<Record<string, unknown>>;

/** What a renewal needs from the tables and from hooks.ts. */
export type Renewing = {
  readonly standing: StandingStore;
  readonly rules: TokenRules;
  /** The claims that tokens have about their user. */
  readonly personal: (user: User) => Promise<Personal>;
  /** Whether a user with a valid token may get a new one: active, or the rule of hooks.ts. */
  readonly mayEnter: (user: User) => Promise<boolean>;
  /** The fields that hooks.ts adds to the answer. */
  readonly addition: (user: User) => Promise<Added>;
  /** Whether hooks.ts is asked before anything is written; it costs one more round trip. */
  readonly asksHooksFirst: boolean;
};

type Prepared = { readonly personal: Personal; readonly added: Added };

/**
 * Does the write of a renewal while it reads the user's standing, and returns what the new tokens and the answer need.
 * Throws `token_not_valid` or `no_active_account` if the standing refuses the token or the user.
 */
export async function prepareRenewal<T>(
  needs: Renewing,
  claims: Claims,
  now: Date,
  write: () => Promise<T>,
): Promise<Prepared & { readonly written: T }> {
  const look = () => needs.standing.standingOf(claims, now);
  if (needs.asksHooksFirst) return { ...(await prepareTokens(needs, claims, await look())), written: await write() };
  const [written, standing] = await Promise.all([write(), look()]);
  return { ...(await prepareTokens(needs, claims, standing)), written };
}

/** The claims and answer fields of a user whose standing is good. Throws as `prepareRenewal` does. */
export async function prepareTokens(needs: Renewing, claims: Claims, standing: Standing): Promise<Prepared> {
  const refusal = await judge(needs, claims, standing);
  if (refusal?.refused === 'blacklisted') throw refusalProblem(refusal);
  const { user } = standing;
  if (refusal || !user) throw new Problem('no_active_account', { detail: 'no_active_account_for_token', reason: refusal?.reason ?? '' });
  const [personal, added] = await Promise.all([needs.personal(user), needs.addition(user)]);
  return { personal, added };
}

/** Judges as the authorizer does, but the rule of who may log in replaces the check of `isActive`, as in simplejwt. */
async function judge({ mayEnter, rules }: Renewing, claims: Claims, standing: Standing): Promise<StandingRefusal | undefined> {
  const { user, isBlacklisted } = standing;
  if (!isBlacklisted && user && !(await mayEnter(user))) return { refused: 'user-inactive', reason: 'inactive, or not let in by the rule' };
  return judgeStanding(claims, standing, { ...rules, checks: { ...rules.checks, active: false } });
}
