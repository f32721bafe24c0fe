import { epochSeconds } from '#lib/duration.ts';
import { randomId } from '#lib/ids.ts';
import type { SigningKey } from '#lib/keys/key-set.ts';
import { signToken } from '#lib/tokens/sign-token.ts';
import type { TokenRules } from '#lib/tokens/token.ts';
import { type Session, sessionEnd } from './session.ts';

/** What a client signs in with from now on. `expiresInSeconds` is the access token's. */
export type TokenPair = { readonly access: string; readonly refresh: string; readonly expiresInSeconds: number };

export type Signing = {
  readonly signingKey: () => Promise<SigningKey>;
  readonly rules: TokenRules;
  readonly accessSeconds: number;
};

/** Both tokens of a session's current generation, from one reading of the clock. Neither outlives the session. */
export async function signPair({ signingKey, rules, accessSeconds }: Signing, session: Session, now: Date): Promise<TokenPair> {
  const key = await signingKey();
  const iat = epochSeconds(now);
  const end = sessionEnd(session);
  const shared = { user_id: session.userId, sid: session.sid, epoch: session.epoch };
  const access = { token_type: 'access', exp: Math.min(iat + accessSeconds, end), iat, jti: randomId(), ...shared } as const;
  const refresh = { token_type: 'refresh', exp: end, iat, jti: session.jti, ...shared, generation: session.generation } as const;
  const [accessText, refreshText] = await Promise.all([signToken(key, rules, access), signToken(key, rules, refresh)]);
  return { access: accessText, refresh: refreshText, expiresInSeconds: access.exp - iat };
}
