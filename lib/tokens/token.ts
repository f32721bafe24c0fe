import type { ClaimNameSettings } from '#lib/claim-names.ts';
import type { Ability } from '#lib/users/abilities.ts';

/** What a token is for. A token is accepted only for that use (RFC 8725 §3.11, §3.12). */
export type TokenType = 'access' | 'refresh' | 'sliding';

/** The `typ` of a token's header: that of RFC 9068 for access tokens, whose claims are others (docs/tokens.md), and similar values for the rest. */
export const headerTypes = { access: 'at+jwt', refresh: 'rt+jwt', sliding: 'st+jwt' } as const satisfies Record<TokenType, string>;

/**
 * The claims of a token, in simplejwt's words if it has them; instants in seconds since 1970.
 * - `user_id`: the user. `sid`: the session; an access token of another issuer has none. `jti`: this token; a refresh
 *   token that is sent again keeps it, and so does a renewed sliding token.
 * - `refresh_exp`: until when a sliding token can be renewed.
 * - `known_as`: the user's USER_ID_FIELD when the token was made; absent if that field is the id.
 * - `epoch`: the user's `token_epoch` when the token was made; a token of another epoch is void.
 * - `generation`: how often the session was rotated before this refresh token.
 * - `roles`, `ability`: in access and sliding tokens: the user's roles when it was made, and the abilities they gave
 *   (`lib/users/abilities.ts`).
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

/** The names of claims in a stage's tokens, and the field of the user that `USER_ID_CLAIM` holds. */
export type ClaimNames = {
  readonly type: string;
  readonly jti: string;
  readonly user: string;
  readonly epoch: string;
  readonly refreshExp: string;
  readonly userField: ClaimNameSettings['USER_ID_FIELD'];
};

/** The checks of a token against the tables; a setting can switch each of them off. */
export type StandingChecks = {
  /** Refuse a token of another epoch than its user's (CHECK_REVOKE_TOKEN). */
  readonly epoch: boolean;
  /** Refuse a token of an inactive user (CHECK_USER_IS_ACTIVE). */
  readonly active: boolean;
  /** Refuse a refresh token of an earlier generation (BLACKLIST_AFTER_ROTATION). */
  readonly spent: boolean;
};

/** The claims of a token that has a session: every token but the access tokens of other issuers. */
export type SessionClaims = Claims & { readonly sid: string };

/** The claims of a refresh token. */
export type RefreshClaims = SessionClaims & { readonly generation: number };

/** The generation of a refresh token of Django's. Traded in, it opens a session of generation 0, one above it. */
export const untraded = -1;

/** The rules of tokens: issuer and audience (empty if tokens have none), names of claims, and checks. */
export type TokenRules = {
  readonly issuer: string;
  /** One audience, or several separated by commas. A token must name one of them. */
  readonly audience: string;
  readonly leewaySeconds: number;
  /** The longest lifetime of any token, in seconds, and of each type: a token that claims more was not made by these settings. */
  readonly longestSeconds: number;
  readonly longestOf: Readonly<Record<TokenType, number>>;
  readonly names: ClaimNames;
  readonly checks: StandingChecks;
};
