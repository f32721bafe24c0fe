import { epochSeconds } from '#lib/duration.ts';
import { randomId } from '#lib/ids.ts';
import type { SigningKey } from '#lib/keys/key-set.ts';
import type { Personal } from '#lib/tokens/personal.ts';
import { signToken } from '#lib/tokens/sign-token.ts';
import type { TokenRules } from '#lib/tokens/token.ts';
import type { User } from '#lib/users/user.ts';
import { type Session, sessionEnd } from './session.ts';

/**
 * The tokens of a sign-in. `expiresInSeconds` is the access token's lifetime, `refreshSeconds` the refresh token's;
 * `added` are the fields that hooks.ts adds to the answer.
 */
export type TokenPair = {
  readonly access: string;
  readonly refresh: string;
  readonly expiresInSeconds: number;
  readonly refreshSeconds: number;
  readonly isRemembered: boolean;
  readonly added: Readonly<Record<string, unknown>>;
};

/** What it takes to sign a pair of tokens. */
export type Signing = {
  readonly signingKey: () => Promise<SigningKey>;
  readonly rules: TokenRules;
  readonly accessSeconds: number;
  /** The claims that tokens have about their user. */
  readonly personal: (user: User) => Promise<Personal>;
};

type Made = Omit<TokenPair, 'added'>;

/** Both tokens of a session's current generation, issued at the same instant. Neither outlives the session. */
export async function signPair(
  { signingKey, rules, accessSeconds }: Omit<Signing, 'personal'>,
  session: Session,
  now: Date,
  { known_as, roles, ability, custom }: Personal,
): Promise<Made> {
  const key = await signingKey();
  const iat = epochSeconds(now);
  const end = sessionEnd(session);
  const user = { user_id: session.userId, ...(known_as !== undefined && { known_as }) };
  const shared = { ...user, sid: session.sid, epoch: session.epoch };
  const access = {
    token_type: 'access',
    exp: Math.min(iat + accessSeconds, end),
    iat,
    jti: randomId(),
    ...shared,
    roles,
    ability,
  } as const;
  const refresh = { token_type: 'refresh', exp: end, iat, jti: session.jti, ...shared, generation: session.generation } as const;
  const [accessText, refreshText] = await Promise.all([signToken(key, rules, access, custom), signToken(key, rules, refresh)]);
  return {
    access: accessText,
    refresh: refreshText,
    expiresInSeconds: access.exp - iat,
    refreshSeconds: end - iat,
    isRemembered: session.isRemembered,
  };
}
