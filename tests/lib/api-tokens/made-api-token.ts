import type { ApiToken } from '#lib/api-tokens/api-token.ts';
import { newTokenText } from '#lib/api-tokens/token-text.ts';
import { epochSeconds } from '#lib/duration.ts';
import { randomId } from '#lib/ids.ts';
import { noon } from '../sessions/made-session.ts';

/** An API token that does not expire, in the first place of a new user, and its text. */
export function madeApiToken(given: Partial<ApiToken> = {}): { token: ApiToken; text: string } {
  const named = { userId: given.userId ?? randomId(), id: given.id ?? `00${randomId().slice(2)}` };
  const { text, hash } = newTokenText(named);
  const token = { hash, name: 'a night job', epoch: 0, createdAt: epochSeconds(noon), expiresAt: undefined, lastUsedAt: undefined };
  return { token: { ...token, ...given, ...named }, text };
}
