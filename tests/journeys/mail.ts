import type { CodePurpose } from '#lib/codes/code.ts';
import { codeKey, digitsKey, digitsOf, linkToken, whomOf, whoOf } from '#lib/codes/code-secrets.ts';
import type { Gateway } from '#local/gateway/gateway.ts';
import { keysOf } from './keys.ts';
import { tablesOf } from './tables.ts';

/** Settings of a stage that sends codes at once and without limits, for tests that are not about the limits. */
export const unlimitedCodes = {
  HUMAN_CHECK_CODES: 'off',
  CODE_RESEND_AFTER: '0s',
  CODE_RATE_TARGET: 'off',
  CODE_RATE_PREFIX: 'off',
  CODE_EMAIL_BUDGET: '100000',
  CODE_SMS_BUDGET: '100000',
};

export type Mail = {
  readonly template: string;
  readonly purpose: string;
  readonly language: string;
  readonly text: string;
  /** The code or the token in the text, or an empty string. */
  readonly secret: string;
};

/** Reads what was sent. The stage `local` keeps messages in place of sending them. */
export function mailOf({ streams }: Gateway, tables: ReturnType<typeof tablesOf>) {
  /** All messages to an address, oldest first. */
  async function to(address: string): Promise<Mail[]> {
    await streams.settled();
    const rows = (await tables.all('short-lived')).filter(({ key }) => String(key).startsWith('letter#'));
    const letters = rows.map(({ letter }) => JSON.parse(String(letter))).filter((letter) => letter.to === address);
    return letters
      .toSorted((a, b) => a.id.localeCompare(b.id))
      .map(({ template, purpose, language, text }) => ({
        ...{ template, purpose, language, text },
        secret: /#([\w.-]{60,})/.exec(text)?.[1] ?? /(?<!\d)\d{6}(?!\d)/.exec(text)?.[0] ?? '',
      }));
  }
  return {
    to,
    templatesTo: async (address: string) => (await to(address)).map(({ template }) => template),
    /** The code or token in the last message to an address. */
    async last(address: string): Promise<string> {
      const mail = (await to(address)).at(-1);
      if (!mail) throw new Error(`nothing was sent to ${address}`);
      return mail.secret;
    },
  };
}

/** Computes the codes of a stage that sends none, from its rows and its secret. */
export function codesOf(gateway: Gateway) {
  const [tables, keys] = [tablesOf(gateway), keysOf(gateway)];
  return {
    /** `userId`: the signed-in user who asked for it. */
    async digits(purpose: CodePurpose, value: string, userId?: string): Promise<string> {
      const kind = value.includes('@') ? 'email' : 'mobile';
      const secret = await keys.lookupSecret();
      const row = await tables.get('short-lived', { key: digitsKey(purpose, whomOf(secret, { kind, value }, userId)) });
      return digitsOf(secret, { ref: String(row?.['ref']), purpose, target: { kind, value } });
    },
    /** The token of the link of the newest reset code to an e-mail address. */
    async link(email: string): Promise<string> {
      const secret = await keys.lookupSecret();
      const subject = whoOf(secret, 'email', email);
      const row = await tables.get('short-lived', { key: codeKey('reset', subject) });
      return linkToken('links', secret, { subject, ref: String(row?.['ref']) });
    },
    /** The token that undoes the user's first address change. */
    async undo(id: string): Promise<string> {
      const [first] = ((await tables.get('users', { id }))?.['undos'] ?? []) as { ref: string }[];
      return linkToken('undo', await keys.lookupSecret(), { subject: id, ref: first?.ref ?? '' });
    },
    close() {
      tables.close();
      keys.close();
    },
  };
}

/** A code that differs from this one. */
export const wrongCode = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, '0');
