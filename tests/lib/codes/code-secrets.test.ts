import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { CodeTarget } from '#lib/codes/code.ts';
import { areDigits, digitsOf, linkToken, readLink, whoOf } from '#lib/codes/code-secrets.ts';
import { refOfDigits, refOfLink, secretOfMessages } from '#lib/codes/message-secret.ts';
import { secretName } from '#lib/derived-key.ts';
import { madeSecret } from '../made-secrets.ts';

const secret = madeSecret(7);
const target: CodeTarget = { kind: 'email', value: 'ada@example.com' };
const madeWith = secretName(secret);
const code = { ref: 'a'.repeat(22), purpose: 'login', target } as const;

describe('the digits of a code', () => {
  it('are six, always the same, and different for another reference, purpose, target or secret', () => {
    const others = [
      digitsOf(secret, code),
      digitsOf(secret, { ...code, ref: 'b'.repeat(22) }),
      digitsOf(secret, { ...code, purpose: 'reset' }),
      digitsOf(secret, { ...code, target: { kind: 'mobile', value: target.value } }),
      digitsOf(secret, { ...code, target: { kind: 'email', value: 'bob@example.com' } }),
      digitsOf(madeSecret(8), code),
    ];
    expect(new Set(others).size).toBe(6);
    for (const digits of others) expect(digits).toMatch(/^\d{6}$/);
    expect(digitsOf(secret, code)).toBe(others[0]);
  });

  it('are evenly distributed', () => {
    const counts = new Map<string, number>();
    for (let index = 0; index < 6000; index += 1) {
      for (const digit of digitsOf(secret, { ...code, ref: String(index) })) counts.set(digit, (counts.get(digit) ?? 0) + 1);
    }
    for (const digit of '0123456789') expect(Math.abs((counts.get(digit) ?? 0) - 3600)).toBeLessThan(400);
  });

  it('are the fixed ones on a developer’s machine', () => {
    expect(digitsOf(secret, code, '000000')).toBe('000000');
  });

  it('may have spaces, hyphens and full-width digits, and may not be short, long or part of a text', () => {
    for (const typed of ['012345', ' 012 345', '012-345', '０１２３４５'])
      expect([typed, areDigits(typed, '012345')]).toEqual([typed, true]);
    for (const typed of ['', '12345', '0123456', '012346', '0x3039', '012345\u0000', '٠١٢٣٤٥'])
      expect([typed, areDigits(typed, '012345')]).toEqual([typed, false]);
  });
});

describe('a link', () => {
  const token = linkToken('links', secret, { subject: 'ada', ref: code.ref });

  it('is read only with the secret and label it was made with, in one spelling', () => {
    expect(readLink('links', [secret], token)).toEqual({ subject: 'ada', ref: code.ref });
    expect(readLink('undo', [secret], token)).toBeUndefined();
    expect(readLink('links', [madeSecret(8)], token)).toBeUndefined();
    const [subject = '', ref = '', mac = ''] = token.split('.');
    const others = [
      `${subject}=.${ref}.${mac}`,
      `${token} `,
      ` ${token}`,
      `${token}\n`,
      `${subject}.${ref}`,
      `${subject}.${ref}.${mac.slice(0, -1)}B`,
      '..',
      '',
    ];
    for (const other of others) expect([other, readLink('links', [secret], other)]).toEqual([other, undefined]);
  });
});

describe('what the tables hold', () => {
  it('is not an address, and cannot be computed from one without the secret', () => {
    const who = whoOf(secret, 'email', target.value);
    expect(who).not.toContain('ada');
    expect(who).not.toBe(createHmac('sha256', secret.bytes).update(target.value).digest('base64url').slice(0, 22));
    expect(new Set([who, whoOf(secret, 'mobile', target.value), whoOf(secret, 'user', target.value)]).size).toBe(3);
  });

  it('is enough, together with the secret, to compute the same code or link again at sending', async () => {
    const secretOf = secretOfMessages(
      { CODE_FIXED: '' },
      async () => [secret],
      () => new Date(),
    );
    expect(await secretOf(refOfDigits({ ...code, madeWith }))).toBe(digitsOf(secret, code));
    for (const label of ['links', 'undo'] as const) {
      const about = { subject: 'a:b', ref: code.ref };
      expect(await secretOf(refOfLink(label, about))).toBe(linkToken(label, secret, about));
    }
    const [next, now] = [madeSecret(8, 1000), () => new Date(1_000_000)];
    const rotated = secretOfMessages({ CODE_FIXED: '' }, async () => [next, secret], now);
    const link = { subject: 'a', ref: code.ref };
    expect(await rotated(refOfDigits({ ...code, madeWith }))).toBe(digitsOf(secret, code));
    expect(await rotated(refOfLink('links', { ...link, madeWith }))).toBe(linkToken('links', secret, link));
    expect(await rotated(refOfLink('undo', link))).toBe(linkToken('undo', next, link));
    const other = secretOfMessages({ CODE_FIXED: '' }, async () => [next], now);
    await expect(other(refOfDigits({ ...code, madeWith }))).rejects.toThrow('not read, or that was dropped');
    await expect(secretOf('something else')).rejects.toThrow('another version');
    expect(
      await secretOfMessages(
        { CODE_FIXED: '000000' },
        async () => [secret],
        () => new Date(),
      )(refOfDigits({ ...code, madeWith })),
    ).toBe('000000');
  });
});
