import * as v from 'valibot';
import { text, toggle } from '#lib/http/fields.ts';
import { type HumanProof, humanProofFields, humanProofIn } from '#lib/human/human-proof.ts';

/** The fields that say who somebody is, whichever kind of identifier is in whichever. */
export const nameFields = {
  username: v.optional(v.nullable(text)),
  email: v.optional(v.nullable(text)),
  mobile: v.optional(v.nullable(text)),
};

/** What somebody typed to sign in: any identifier of theirs, and the password, untrimmed. */
export type Credentials = {
  readonly identifier: string;
  readonly password: string;
  readonly isRemembered: boolean;
  /** Whether the tokens are to come as cookies; only login and `/token/` do that. */
  readonly wantsCookies?: boolean | undefined;
  /** Where the stage asks for a human check. */
  readonly human?: HumanProof | undefined;
};

/**
 * The fields of every sign-in: the identifier in `username`, `email` or `mobile`, whichever kind it is; the first that is filled
 * counts.
 */
export const credentials = credentialsWith(toggle);

/** The same where tokens come in the body and nowhere else: whoever asks for cookies is told, before a script sees a token. */
export const credentialsWithoutCookies = credentialsWith(v.pipe(toggle, v.value(false, 'no_cookies_here')));

function credentialsWith(cookies: v.GenericSchema<v.InferInput<typeof toggle>, boolean>) {
  return v.pipe(
    v.object({
      ...nameFields,
      password: v.pipe(text, v.nonEmpty('blank')),
      remembered: v.optional(toggle, false),
      cookies: v.optional(cookies, false),
      ...humanProofFields,
    }),
    v.forward(
      v.partialCheck([['username'], ['email'], ['mobile']], (fields) => filled(fields) !== undefined, 'identifier_required'),
      ['username'],
    ),
    v.transform(
      (fields): Credentials => ({
        identifier: filled(fields) ?? '',
        password: fields.password,
        isRemembered: fields.remembered,
        wantsCookies: fields.cookies,
        human: humanProofIn(fields),
      }),
    ),
  );
}

type Filled = { username?: string | null | undefined; email?: string | null | undefined; mobile?: string | null | undefined };

/** The first name that is filled in. */
export function filled({ username, email, mobile }: Filled): string | undefined {
  return [username, email, mobile].find((typed): typed is string => typeof typed === 'string' && typed.trim() !== '');
}
