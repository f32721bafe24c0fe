import type { Settings } from '#lib/settings/catalogue.ts';
import type { CodePurpose, CodeTarget } from './code.ts';
import { digitsOf, linkToken } from './code-secrets.ts';

/** What the outbox is told of a code: all that its digits are made of, but the lookup secret. */
export function refOfDigits({ ref, purpose, target }: { ref: string; purpose: CodePurpose; target: CodeTarget }): string {
  return ['digits', ref, purpose, target.kind, target.value].join(':');
}

/** The same of a link. */
export function refOfLink(label: 'links' | 'undo', { subject, ref }: { subject: string; ref: string }): string {
  return [label, ref, subject].join(':');
}

/**
 * Makes the function that whoever sends a message asks for its code, or for what goes into its link. It is what `/login/code/` and the others
 * compare with. Throws where a reference is none of ours.
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
