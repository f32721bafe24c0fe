import { literal, number, object, optional, string, union } from 'valibot';
import { authScheme } from '#lib/auth-scheme.ts';
import { withFields } from '#lib/hooks/fields.ts';
import type { Hooks } from '#lib/hooks/hooks.ts';
import { Answer } from '#lib/http/answer.ts';
import type { Language } from '#lib/language.ts';
import type { GiveCookies } from '#lib/sessions/session-cookies.ts';
import type { TokenPair } from '#lib/sessions/token-pair.ts';
import { say } from '#lib/wording.ts';
import type { Login } from './complete-sign-in.ts';

const who = { expires_in: number(), user_id: string(), username: string(), email: string() };
const tokens = { access_token: string(), refresh_token: string(), token_type: string(), device: optional(string()) };

/**
 * The answer of `/login/`: an envelope that existing front ends expect, with the fields that hooks.ts adds to `data`. `expires_in` is in
 * seconds; `token_type` goes before the access token in the header. If the tokens come as cookies, the body does not repeat them: no
 * script may see them.
 */
export function loginViewWith(hook: Hooks['LOGIN_ANSWER']) {
  return object({
    status_code: literal(200),
    message: string(),
    data: union([withFields({ ...tokens, ...who }, hook), withFields(who, hook)]),
  });
}

/** `give` makes cookies of the tokens, undefined if they go into the body; `words` may stand before credentials in the header. */
export function viewLogin(
  give: GiveCookies | undefined,
  { user, opened, isFirstProof, device }: Login<TokenPair>,
  language: Language,
  words: readonly string[],
) {
  const { access, refresh, expiresInSeconds, added } = opened;
  const view = {
    status_code: 200,
    message: say(isFirstProof ? 'logged_in_first' : 'logged_in', language),
    data: {
      ...added,
      ...(!give && {
        access_token: access,
        refresh_token: refresh,
        token_type: words.find((word) => authScheme(word) === 'jwt') ?? 'Bearer',
        ...(device && { device }),
      }),
      expires_in: expiresInSeconds,
      user_id: user.id,
      username: user.username,
      email: user.email,
    },
  } as const;
  return give ? new Answer(view, { cookies: give({ ...opened, device }) }) : view;
}
