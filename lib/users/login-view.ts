import { literal, number, object, string } from 'valibot';
import { authScheme } from '#lib/auth-scheme.ts';
import { withFields } from '#lib/hooks/fields.ts';
import type { Hooks } from '#lib/hooks/hooks.ts';
import type { Language } from '#lib/language.ts';
import type { TokenPair } from '#lib/sessions/token-pair.ts';
import { say } from '#lib/wording.ts';
import type { Login } from './login.ts';

/**
 * The answer of `/login/`: an envelope, as the front ends of the usual back ends expect it. `expires_in` is in seconds; `token_type` is
 * what goes before the access token in the header.
 */
export const loginView = object({
  status_code: literal(200),
  message: string(),
  data: object({
    access_token: string(),
    refresh_token: string(),
    token_type: string(),
    expires_in: number(),
    user_id: string(),
    username: string(),
    email: string(),
  }),
});

/** The same with the fields that hooks.ts adds to `data`. */
export function loginViewWith(hook: Hooks['LOGIN_ANSWER']): typeof loginView {
  return object({ ...loginView.entries, data: withFields(loginView.entries.data.entries, hook) });
}

export function viewLogin({ account, opened }: Login<TokenPair>, language: Language, words: readonly string[]) {
  return {
    status_code: 200,
    message: say('logged_in', language),
    data: {
      ...opened.added,
      access_token: opened.access,
      refresh_token: opened.refresh,
      token_type: words.find((word) => authScheme(word) === 'jwt') ?? 'Bearer',
      expires_in: opened.expiresInSeconds,
      user_id: account.id,
      username: account.username,
      email: account.email,
    },
  } as const;
}
