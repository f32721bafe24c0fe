import { literal, number, object, string, union } from 'valibot';
import { authScheme } from '#lib/auth-scheme.ts';
import { withFields } from '#lib/hooks/fields.ts';
import type { Hooks } from '#lib/hooks/hooks.ts';
import { Answer } from '#lib/http/answer.ts';
import type { Language } from '#lib/language.ts';
import type { GiveCookies } from '#lib/sessions/session-cookies.ts';
import type { TokenPair } from '#lib/sessions/token-pair.ts';
import { say } from '#lib/wording.ts';
import type { Login } from './login.ts';

const who = { expires_in: number(), user_id: string(), username: string(), email: string() };
const tokens = { access_token: string(), refresh_token: string(), token_type: string() };

/**
 * The answer of `/login/`: an envelope, as the front ends of the usual back ends expect it, with the fields that hooks.ts adds to `data`.
 * `expires_in` is in seconds; `token_type` is what goes before the access token in the header. Where the tokens come as cookies they are not in it: no script is to see them.
 */
export function loginViewWith(hook: Hooks['LOGIN_ANSWER']) {
  return object({
    status_code: literal(200),
    message: string(),
    data: union([withFields({ ...tokens, ...who }, hook), withFields(who, hook)]),
  });
}

/** `words` are those that may stand before credentials; `give` comes first, as whoever asks for it may throw before anybody signs in. */
export function viewLogin(
  give: GiveCookies | undefined,
  { account, opened }: Login<TokenPair>,
  language: Language,
  words: readonly string[],
) {
  const { access, refresh, expiresInSeconds, added } = opened;
  const view = {
    status_code: 200,
    message: say('logged_in', language),
    data: {
      ...added,
      ...(!give && {
        access_token: access,
        refresh_token: refresh,
        token_type: words.find((word) => authScheme(word) === 'jwt') ?? 'Bearer',
      }),
      expires_in: expiresInSeconds,
      user_id: account.id,
      username: account.username,
      email: account.email,
    },
  } as const;
  return give ? new Answer(view, { cookies: give(opened) }) : view;
}
