import { endless } from '#lib/caller/caller.ts';
import type { Scheme } from '#lib/http/scheme.ts';
import { describeError, log } from '#lib/log.ts';
import { refusalWords } from '#lib/tokens/refusal.ts';
import { type ApiToken, isExpired, isUseWorthNoting } from './api-token.ts';
import type { ApiTokenStore } from './api-token-store.ts';
import { isSameHash, type Named, readTokenText } from './token-text.ts';

type Needs = {
  readonly tokens: Pick<ApiTokenStore, 'standingOf' | 'noteUse'>;
  /** Whether tokens of inactive users are refused (CHECK_USER_IS_ACTIVE). */
  readonly isActiveChecked: boolean;
  readonly now: () => Date;
};
type Refused = Parameters<typeof refusalWords>[0];
type Found = Awaited<ReturnType<ApiTokenStore['standingOf']>>;
type Proved = { readonly token: ApiToken; readonly roles: readonly string[] };

/**
 * The scheme of API tokens, as in Django REST Framework: `Authorization: Token gth_…`. The token's text names its row,
 * so token and user are one read. Nothing is cached: a revocation, a logout everywhere or a suspension holds from the
 * next request on.
 */
export function apiTokenScheme({ tokens, isActiveChecked, now }: Needs): Scheme {
  return async (text) => {
    const named = readTokenText(text);
    const outcome = named ? judge(named, await tokens.standingOf(named), { isActiveChecked, now: now() }) : notOurs;
    if ('refused' in outcome) {
      log.info('authz_refused', { reason: outcome.reason });
      return refusalWords(outcome);
    }
    const { token, roles } = outcome;
    if (isUseWorthNoting(token, now())) await note(tokens, token, now());
    return { sub: token.userId, jti: token.id, roles, epoch: token.epoch, exp: token.expiresAt ?? endless };
  };
}

const notOurs: Refused = { refused: 'invalid', reason: 'no API token of ours' };

/** Unless the whole text is right, nothing is told about the user. */
function judge(
  { hash }: Named,
  { token, user }: Found,
  { isActiveChecked, now }: { isActiveChecked: boolean; now: Date },
): Proved | Refused {
  if (!token || !isSameHash(token.hash, hash)) return notOurs;
  if (!user) return { refused: 'user-gone', reason: 'no such user' };
  if (isExpired(token, now)) return { refused: 'expired', reason: 'API token has expired' };
  if (isActiveChecked && !user.isActive) return { refused: 'user-inactive', reason: 'user is inactive' };
  if (user.tokenEpoch !== token.epoch) return { refused: 'blacklisted', reason: 'born in another epoch' };
  return { token, roles: user.roles };
}

/** Awaited, because Lambda freezes a function once it has answered. If it fails, the request goes on. */
async function note(tokens: Needs['tokens'], token: ApiToken, at: Date): Promise<void> {
  try {
    await tokens.noteUse(token, at);
  } catch (error) {
    log.warn('use_not_noted', describeError(error));
  }
}
