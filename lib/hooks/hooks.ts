import type { Client } from '#lib/caller/client.ts';
import type { User } from '#lib/users/user.ts';
import type { Fields } from './fields.ts';

/** A user as hooks see it: everything but the password's hash. */
export type HookUser = Omit<User, 'password'>;

/** What was entered to sign in, with the password replaced by asterisks. */
type TypedCredentials = { readonly identifier: string; readonly password: string };

/** The user who has signed in, and the client. */
type SignedIn = { readonly user: HookUser; readonly client: Client };
/** The user that a token belongs to. */
type Holder = { readonly user: HookUser };
/** The user that a token belonged to; undefined if the user is gone. */
type FormerHolder = { readonly user: HookUser | undefined };

type Told<T extends unknown[]> = (...told: T) => unknown;

/**
 * What a project can add to Gatehouse without editing it, by the names of SIMPLE_JWT. Every hook is optional and may be
 * asynchronous (docs/customising.md). Hooks add fields and cannot remove ours. They run before anything is written, so a
 * failing hook leaves nothing half done. A hook that throws is answered with a 500, one that takes longer than two
 * seconds with a 503.
 */
export type Hooks = {
  /**
   * Your own claims in access and sliding tokens, made again at every login and refresh. Everybody who holds a token
   * can read them, and they are as old as the token. Every field needs a bound: the longest token must fit into
   * TOKEN_MAX_BYTES.
   */
  readonly CLAIMS?: Fields<Holder>;
  /** More fields for `data` in the answer of `/login/`. */
  readonly LOGIN_ANSWER?: Fields<SignedIn>;
  /** More fields for the answer of `/token/`. */
  readonly TOKEN_OBTAIN_SERIALIZER?: Fields<SignedIn>;
  /** More fields for the answer of `/token/refresh/`. */
  readonly TOKEN_REFRESH_SERIALIZER?: Fields<Holder>;
  /** Fields for the answer of `/token/verify/`, which has no body otherwise. */
  readonly TOKEN_VERIFY_SERIALIZER?: Fields<FormerHolder>;
  /** Fields for the answer of `/token/blacklist/`, which is `{}` otherwise. */
  readonly TOKEN_BLACKLIST_SERIALIZER?: Fields<FormerHolder>;
  /** More fields for the answer of `/token/sliding/`. */
  readonly SLIDING_TOKEN_OBTAIN_SERIALIZER?: Fields<SignedIn>;
  /** More fields for the answer of `/token/sliding/refresh/`. */
  readonly SLIDING_TOKEN_REFRESH_SERIALIZER?: Fields<Holder>;
  /**
   * Whether a user with the right password may log in, and a user with a valid refresh token may refresh it. It
   * replaces the usual rule: the user is active, or CHECK_USER_IS_ACTIVE is off. A refused user gets the same answer as
   * for a wrong password.
   */
  readonly USER_AUTHENTICATION_RULE?: (user: HookUser) => boolean | Promise<boolean>;
  /** Called after a login's session was written. Its failure is logged and does not change the answer. */
  readonly ON_LOGIN_SUCCESS?: Told<[user: HookUser, client: Client]>;
  /** Called for every refused login that no limit refused. Its failure is logged and does not change the answer. */
  readonly ON_LOGIN_FAILED?: Told<[credentials: TypedCredentials, client: Client]>;
};

/** A user without the fields that hooks must not see. */
export function shownToHooks({ password: _, ...shown }: User): HookUser {
  return shown;
}
