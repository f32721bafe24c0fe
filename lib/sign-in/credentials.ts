import * as v from 'valibot';
import { text, toggle } from '#lib/http/fields.ts';
import { type HumanProof, humanProofFields, humanProofIn } from '#lib/human-check/human-proof.ts';
import type { Phrase } from '#lib/wording.ts';

/** The fields of the identifier. Each takes any kind of identifier. */
export const nameFields = {
  username: v.optional(v.nullable(text)),
  email: v.optional(v.nullable(text)),
  mobile: v.optional(v.nullable(text)),
};

/** The field of a known device (docs/ways-in.md). */
export const deviceFields = { device: v.optional(v.nullable(text)) };

/** What a request says to sign in: any identifier of the user, and the password, untrimmed. */
export type Credentials = {
  readonly identifier: string;
  readonly password: string;
  readonly isRemembered: boolean;
  /** Whether to send the tokens as cookies; only `/login/` and `/token/` can. */
  readonly wantsCookies?: boolean | undefined;
  /** The proof of a human check, if the request has one. */
  readonly human?: HumanProof | undefined;
  /** What the client kept of an earlier sign-in; empty if it asks to be known from now on. */
  readonly device?: string | null | undefined;
};

/** The fields of every sign-in. The identifier is in `username`, `email` or `mobile`, of any kind; the first filled field counts. */
export const credentials = credentialsWith(toggle, () => 'identifier_required');

/** The same with the sentences of Django REST Framework, whose clients know `username` alone. */
export const djangoCredentials = credentialsWith(toggle, usernamePhrase);

/** The same for routes that answer with tokens in the body only. A request for cookies is refused before a script sees a token. */
export const djangoCredentialsWithoutCookies = credentialsWith(v.pipe(toggle, v.value(false, 'no_cookies_here')), usernamePhrase);

function credentialsWith(cookies: v.GenericSchema<v.InferInput<typeof toggle>, boolean>, missing: (fields: Filled) => Phrase) {
  return v.pipe(
    v.object({
      ...nameFields,
      password: v.pipe(text, v.nonEmpty('blank')),
      remembered: v.optional(toggle, false),
      cookies: v.optional(cookies, false),
      ...deviceFields,
      ...humanProofFields,
    }),
    v.forward(
      v.partialCheck(
        [['username'], ['email'], ['mobile']],
        (fields) => filled(fields) !== undefined,
        ({ input }) => missing(input),
      ),
      ['username'],
    ),
    v.transform(
      (fields): Credentials => ({
        identifier: filled(fields) ?? '',
        password: fields.password,
        isRemembered: fields.remembered,
        wantsCookies: fields.cookies,
        human: humanProofIn(fields),
        device: fields.device,
      }),
    ),
  );
}

type Filled = { username?: string | null | undefined; email?: string | null | undefined; mobile?: string | null | undefined };

/** What is wrong with `username` if no field is filled. */
function usernamePhrase({ username, email, mobile }: Filled): Phrase {
  if ((email ?? mobile) !== undefined) return 'identifier_required';
  if (username === undefined) return 'required';
  return username === null ? 'null' : 'blank';
}

/** The first filled field. */
export function filled({ username, email, mobile }: Filled): string | undefined {
  return [username, email, mobile].find((typed): typed is string => typeof typed === 'string' && typed.trim() !== '');
}
