import { secretName } from '#lib/derived-key.ts';
import { epochSeconds } from '#lib/duration.ts';
import { type LookupSecret, type LookupSecrets, makingSecret, type ReadLookupSecrets } from '#lib/lookup-secrets.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import type { CodePurpose, CodeTarget } from './code.ts';
import { digitsOf, linkToken } from './code-secrets.ts';

/** `madeWith`: the name of the lookup secret's value with which the row of a code is named (`secretName`). */
type MadeWith = { readonly madeWith: string };

/** The reference to digits that the outbox holds: all that they are made of, except the lookup secret. */
export function refOfDigits({
  ref,
  purpose,
  target,
  madeWith,
}: MadeWith & { ref: string; purpose: CodePurpose; target: CodeTarget }): string {
  return [`digits@${madeWith}`, ref, purpose, target.kind, target.value].join(':');
}

/** The reference to a link's token that the outbox holds. Without `madeWith` the link has no row of that name. */
export function refOfLink(
  label: 'links' | 'undo',
  { subject, ref, madeWith }: { subject: string; ref: string } & Partial<MadeWith>,
): string {
  return [madeWith === undefined ? label : `${label}@${madeWith}`, ref, subject].join(':');
}

/**
 * Makes the function that turns a message's reference into its digits or its link's token, when the message is sent.
 * They are what `/login/code/` and other endpoints compare with. Throws if the reference is not one of ours, and if this
 * function has not read the value of the lookup secret that the code was made with: the message is then tried again.
 */
export function secretOfMessages(
  { CODE_FIXED: fixedCode }: Pick<Settings, 'CODE_FIXED'>,
  lookupSecret: ReadLookupSecrets,
  now: () => Date,
): (reference: string) => Promise<string> {
  return async (reference) => {
    const [label = '', ref = '', ...rest] = reference.split(':');
    const [kind, madeWith] = label.split('@');
    const secret = secretNamed(await lookupSecret(), madeWith, now());
    if (kind === 'links' || kind === 'undo') return linkToken(kind, secret, { subject: rest.join(':'), ref });
    const [purpose, targetKind, ...value] = rest;
    if (kind !== 'digits' || !purpose || (targetKind !== 'email' && targetKind !== 'mobile'))
      throw new Error('a reference of another version');
    return digitsOf(secret, { ref, purpose: purpose as CodePurpose, target: { kind: targetKind, value: value.join(':') } }, fixedCode);
  };
}

function secretNamed(secrets: LookupSecrets, name: string | undefined, now: Date): LookupSecret {
  if (name === undefined) return makingSecret(secrets, epochSeconds(now));
  const secret = secrets.find((each) => secretName(each) === name);
  if (!secret) throw new Error('made with a value of the lookup secret that this function has not read, or that was dropped');
  return secret;
}
