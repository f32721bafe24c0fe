import { Problem } from '#lib/problem.ts';
import type { Personal } from '#lib/tokens/personal.ts';
import { refusalProblem, type StandingRefusal } from '#lib/tokens/refusal.ts';
import type { Standing, StandingStore } from '#lib/tokens/standing-store.ts';
import type { Claims, TokenRules } from '#lib/tokens/token.ts';
import { judgeStanding } from '#lib/tokens/verify-token.ts';
import type { User } from '#lib/users/user.ts';

type Added = Readonly<Record<string, unknown>>;

/** What making tokens anew asks of the tables and of hooks.ts. */
export type Renewing = {
  readonly standing: StandingStore;
  readonly rules: TokenRules;
  /** What tokens say of their user beside the id. */
  readonly personal: (user: User) => Promise<Personal>;
  /** Whether somebody with a good token may go on: active, or what hooks.ts says. */
  readonly mayEnter: (user: User) => Promise<boolean>;
  /** What hooks.ts adds to the answer. */
  readonly addition: (user: User) => Promise<Added>;
  /** Whether all that hooks.ts has to say is waited for before anything is written: one more round trip. */
  readonly asksHooksFirst: boolean;
};

type Prepared = { readonly personal: Personal; readonly added: Added };

/**
 * Does the one write of a renewal, beside a look at how things stand, and answers with what goes into tokens and answer besides. Throws
 * `token_not_valid` and `no_active_account` where something speaks against whoever asks.
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

/** What goes into tokens and answer besides, for a user whom nothing speaks against. */
export async function prepareTokens(needs: Renewing, claims: Claims, standing: Standing): Promise<Prepared> {
  const refusal = await judge(needs, claims, standing);
  if (refusal?.refused === 'blacklisted') throw refusalProblem(refusal);
  const { user } = standing;
  if (refusal || !user) throw new Problem('no_active_account', { detail: 'no_active_account_for_token', reason: refusal?.reason ?? '' });
  const [personal, added] = await Promise.all([needs.personal(user), needs.addition(user)]);
  return { personal, added };
}

/** As the authorizer judges, but that the rule of who may log in takes the place of the look at `isActive`, as in simplejwt. */
async function judge({ mayEnter, rules }: Renewing, claims: Claims, standing: Standing): Promise<StandingRefusal | undefined> {
  const { user, isBlacklisted } = standing;
  if (!isBlacklisted && user && !(await mayEnter(user))) return { refused: 'user-inactive', reason: 'inactive, or not let in by the rule' };
  return judgeStanding(claims, standing, { ...rules, checks: { ...rules.checks, active: false } });
}
