import type { ClaimNameSettings } from '#lib/claim-names.ts';
import type { Ability } from '#lib/users/abilities.ts';

/** What a token is for. A token is taken only for what it is (RFC 8725 §3.11, §3.12). */
export type TokenType = 'access' | 'refresh' | 'sliding';

/** The `typ` of a token's header: RFC 9068 for access tokens, and alike for the others. */
export const headerTypes = { access: 'at+jwt', refresh: 'rt+jwt', sliding: 'st+jwt' } as const satisfies Record<TokenType, string>;

/**
 * What a token says, in simplejwt's words where it has them; instants in seconds since 1970.
 * - `user_id`: who. `sid`: the session; none in an access token of another issuer. `jti`: this token; a refresh token handed out again keeps its own,
 *   a renewed sliding token too.
 * - `refresh_exp`: until when a sliding token can be renewed.
 * - `known_as`: what its user was called in USER_ID_FIELD when it was made; only where that is another field than the id.
 * - `epoch`: the user's token epoch when it was made; a token of another epoch is dead.
 * - `generation`: how many rotations of the session came before this refresh token.
 * - `roles`, `ability`: of an access or sliding token: the user's when it was made, and what they brought (`lib/users/abilities.ts`).
 */
export type Claims = {
  readonly token_type: TokenType;
  readonly exp: number;
  readonly iat: number;
  readonly jti: string;
  readonly refresh_exp?: number;
  readonly user_id: string;
  readonly known_as?: string;
  readonly sid?: string | undefined;
  readonly epoch: number;
  readonly generation?: number;
  readonly roles?: readonly string[];
  readonly ability?: readonly Ability[];
};

/** What claims are called in the tokens of a stage, and which field of a user the user's claim carries. */
export type ClaimNames = {
  readonly type: string;
  readonly jti: string;
  readonly user: string;
  readonly epoch: string;
  readonly refreshExp: string;
  readonly userField: ClaimNameSettings['USER_ID_FIELD'];
};

/** What else a token is judged by than itself: each can be switched off by a setting. */
export type StandingChecks = {
  /** Whether a token of another epoch than its user's is refused (CHECK_REVOKE_TOKEN). */
  readonly epoch: boolean;
  /** Whether a token of an inactive user is refused (CHECK_USER_IS_ACTIVE). */
  readonly active: boolean;
  /** Whether a refresh token of an earlier generation is refused (BLACKLIST_AFTER_ROTATION). */
  readonly spent: boolean;
};

/** The claims of a token that has a session: all but access tokens of others. */
export type SessionClaims = Claims & { readonly sid: string };

/** The claims of a refresh token. */
export type RefreshClaims = SessionClaims & { readonly generation: number };

/** The generation of a refresh token that a Django project signed: traded in, it opens a session of generation 0, one ahead of it. */
export const untraded = -1;

/** Who signs and for whom, empty where tokens say neither, what claims are called, and what is looked at. */
export type TokenRules = {
  readonly issuer: string;
  /** One audience, or several with commas between them: a token has to name one. */
  readonly audience: string;
  readonly leewaySeconds: number;
  /** The longest any token lives, in seconds: one that claims more was not made here. */
  readonly longestSeconds: number;
  readonly names: ClaimNames;
  readonly checks: StandingChecks;
};
