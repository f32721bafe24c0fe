import type { Settings } from '#lib/settings/catalogue.ts';
import type { CodePurpose, CodeTarget } from './code.ts';
import { digitsOf, linkToken } from './code-secrets.ts';

/** The reference to digits that the outbox holds: all that they are made of, except the lookup secret. */
export function refOfDigits({ ref, purpose, target }: { ref: string; purpose: CodePurpose; target: CodeTarget }): string {
  return ['digits', ref, purpose, target.kind, target.value].join(':');
}

/** The reference to a link's token that the outbox holds. */
export function refOfLink(label: 'links' | 'undo', { subject, ref }: { subject: string; ref: string }): string {
  return [label, ref, subject].join(':');
}

/**
 * Makes the function that turns a message's reference into its digits or its link's token, when the message is sent.
 * They are what `/login/code/` and other endpoints compare with. Throws if the reference is not one of ours.
 */
export function secretOfMessages(
  { CODE_FIXED: fixedCode }: Pick<Settings, 'CODE_FIXED'>,
  lookupSecret: () => Promise<Uint8Array>,
): (reference: string) => Promise<string> {
  return async (reference) => {
    const [kind = '', ref = '', ...rest] = reference.split(':');
    const secret = await lookupSecret();
    if (kind === 'links' || kind === 'undo') return linkToken(kind, secret, { subject: rest.join(':'), ref });
    const [purpose, targetKind, ...value] = rest;
    if (kind !== 'digits' || !purpose || (targetKind !== 'email' && targetKind !== 'mobile'))
      throw new Error('a reference of another version');
    return digitsOf(secret, { ref, purpose: purpose as CodePurpose, target: { kind: targetKind, value: value.join(':') } }, fixedCode);
  };
}
