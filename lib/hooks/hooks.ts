import type { Client } from '#lib/caller/client.ts';
import type { User } from '#lib/users/user.ts';
import type { Fields } from './fields.ts';

/** A user as a hook sees one: everything but the hash of the password. */
export type HookUser = Omit<User, 'password'>;

/** What was typed to sign in, the password replaced by asterisks. */
type TypedCredentials = { readonly identifier: string; readonly password: string };

/** Who has signed in, and from where. */
type SignedIn = { readonly user: HookUser; readonly client: Client };
/** Whose token it is. */
type Holder = { readonly user: HookUser };
/** Whose token it was: the user may be gone. */
type FormerHolder = { readonly user: HookUser | undefined };

type Told<T extends unknown[]> = (...told: T) => unknown;

/**
 * What a project can add without touching anything else, by the names of SIMPLE_JWT; all of it is optional (docs/hooks.md). Hooks add fields
 * and cannot take away ours. They run before anything is written, so that one that fails leaves nothing half done: it is a 500, one that takes
 * longer than two seconds a 503. Each may be asynchronous.
 */
export type Hooks = {
  /**
   * Claims of your own in access and sliding tokens, made anew at every login and refresh. Everybody who holds a token can read them, and
   * they are as old as the token. Every field needs a bound: the longest possible token has to fit into TOKEN_MAX_BYTES.
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
   * Whether somebody with the right password may log in, and somebody with a good refresh token may refresh it. Takes the place of the
   * usual rule, which is: active, or CHECK_USER_IS_ACTIVE is off. Whoever it turns away gets the answer of a wrong password.
   */
  readonly USER_AUTHENTICATION_RULE?: (user: HookUser) => boolean | Promise<boolean>;
  /** Told of every login after its session was written; its failing is logged and does not matter. */
  readonly ON_LOGIN_SUCCESS?: Told<[user: HookUser, client: Client]>;
  /** Told of every login that was refused, whatever the reason; its failing is logged and does not matter. Limits come first. */
  readonly ON_LOGIN_FAILED?: Told<[credentials: TypedCredentials, client: Client]>;
};

/** A user without what no hook is to see. */
export function shownToHooks({ password: _, ...shown }: User): HookUser {
  return shown;
}
