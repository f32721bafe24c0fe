import type { Client } from '#lib/caller/client.ts';
import { isOurFault, Problem } from '#lib/problem.ts';
import type { Rate } from '#lib/rate.ts';
import type { Opening } from '#lib/sessions/open-session.ts';
import type { Spent, Throttle } from '#lib/throttle/throttle.ts';
import type { User } from '#lib/users/user.ts';
import type { UserStore } from '#lib/users/user-store.ts';
import type { LoginHooks } from './login-hooks.ts';
import type { FailureWatch } from './watch-failures.ts';
import type { SignInWatch } from './watch-sign-ins.ts';

/**
 * How often a sign-in may be tried: for one account, from one address, and in all. With a human check, each limit is allowed `ceiling`
 * times, once by default.
 */
export type LoginLimits = { readonly account: Rate; readonly address: Rate; readonly global: Rate; readonly ceiling?: number };

/** What every try to sign in needs, by password or by code, with or without a session. */
export type TryNeeds = {
  readonly users: Pick<UserStore, 'findByIdentifier' | 'get'>;
  readonly throttle: Throttle;
  readonly limits: LoginLimits;
  readonly region: string;
  readonly hooks: Pick<LoginHooks, 'mayEnter' | 'failed'>;
  /** Puts failed tries on record. */
  readonly recordFailure: FailureWatch;
};

/** What every sign-in needs besides; `Asked` is what the request says. */
export type SignInNeeds<Asked, Opened> = TryNeeds & {
  readonly users: Pick<UserStore, 'setLastLogin'>;
  readonly hooks: LoginHooks;
  /** What a sign-in ends in, such as a session and its tokens. */
  readonly open: (opening: Opening, asked: Asked) => Promise<Opened>;
  readonly isLastLoginKept: boolean;
  /** Undefined if the stage sends no notices of sign-ins. */
  readonly watch?: SignInWatch | undefined;
  readonly now: () => Date;
};

/** The user who signed in, and what the sign-in opened. */
export type Login<Opened> = {
  readonly user: User;
  readonly opened: Opened;
  /** Whether it was the first proof of the account, so that the old password no longer works. */
  readonly isFirstProof?: boolean;
  /** What the client keeps to be known next time; undefined if the stage knows no devices. */
  readonly device?: string | undefined;
};

type Completing<Asked, Opened> = Pick<SignInNeeds<Asked, Opened>, 'open' | 'isLastLoginKept' | 'now'> & {
  readonly users: Pick<UserStore, 'setLastLogin'>;
};

/** Does what every sign-in ends with: opens the session, and stores the time of the sign-in if the stage keeps it. */
export async function completeSignIn<Asked extends { readonly isRemembered: boolean }, Opened>(
  needs: Completing<Asked, Opened>,
  { user, client, notice }: Omit<Opening, 'isRemembered'>,
  asked: Asked,
): Promise<Opened> {
  const [opened] = await Promise.all([
    needs.open({ user, client, isRemembered: asked.isRemembered, notice }, asked),
    needs.isLastLoginKept ? needs.users.setLastLogin(user.id, needs.now()) : undefined,
  ]);
  return opened;
}

/** Follows a sign-in that failed: it is put on record, the tries are given back if the fault is ours, and hooks.ts is told of a refusal. */
export async function followFailure(
  { throttle, hooks, recordFailure }: Pick<TryNeeds, 'throttle' | 'hooks' | 'recordFailure'>,
  error: unknown,
  { identifier, counting, client }: { identifier: string; counting: Promise<readonly Spent[]>; client: Client },
): Promise<void> {
  if (isOurFault(error)) await counting.then((tries) => throttle.giveBack(...tries)).catch(() => undefined); // the first error is the one to report
  await recordFailure({ error, identifier, tries: await counting.catch(() => []), client });
  if (error instanceof Problem && error.code === 'no_active_account') await hooks.failed(identifier, client);
}

/** An id that no user has: an unknown identifier costs the same reads as a known one. */
export const nobody = '-';
