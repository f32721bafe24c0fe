/** What a token is for. A token is taken only for what it is (RFC 8725 §3.11, §3.12). */
export type TokenType = 'access' | 'refresh';

/** The `typ` of a token's header: RFC 9068 for access tokens, and alike for refresh tokens. */
export const headerTypes = { access: 'at+jwt', refresh: 'rt+jwt' } as const satisfies Record<TokenType, string>;

/**
 * What a token says, in simplejwt's words where it has them; instants in seconds since 1970.
 * - `user_id`: who. `sid`: the session. `jti`: this token; a refresh token handed out again keeps its own.
 * - `epoch`: the user's token epoch when it was made; a token of another epoch is dead.
 * - `generation`: how many rotations of the session came before this refresh token.
 */
export type Claims = {
  readonly token_type: TokenType;
  readonly exp: number;
  readonly iat: number;
  readonly jti: string;
  readonly user_id: string;
  readonly sid: string;
  readonly epoch: number;
  readonly generation?: number;
};

/** Who signs and for whom; empty where tokens say neither. */
export type TokenRules = {
  readonly issuer: string;
  readonly audience: string;
  readonly leewaySeconds: number;
  /** The longest any token lives, in seconds: one that claims more was not made here. */
  readonly longestSeconds: number;
};
