import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { readToken } from '#lib/tokens/read-token.ts';
import { cpuMsSince } from '../cpu-time.ts';
import { type Keys, madeKeys } from './made-keys.ts';
import { base64url, madeClaims, noonOfTokens, rules, signed } from './made-token.ts';

let ours: Keys;
beforeAll(async () => {
  ours = await madeKeys();
});
const judge = async (text: string) => {
  const outcome = await readToken(text, { keys: ours.set, rules, now: noonOfTokens, types: ['access'] });
  return 'refused' in outcome ? outcome.refused : 'taken';
};

describe('a token is refused', () => {
  test('with padding, white space, another alphabet or more parts', async () => {
    const token = await signed(ours.signing);
    const [head = '', body = '', signature = ''] = token.split('.');
    const odd = [
      `${token}=`,
      `${token}==`,
      `${token}\n`,
      `${token} `,
      ` ${token}`,
      `${token}\0`,
      `${head}=.${body}.${signature}`,
      `${head}.${body}\n.${signature}`,
      `${token}.`,
      `.${token}`,
      `${head}.${body}`,
      `${head}..${signature}`,
      `${token}.x`,
      `${head}.${body}.${signature}.`,
      token.replaceAll('.', '%2E'),
      `Bearer ${token}`,
      token.replace('.', '\u002e\u200b'),
      `${head}.${body}.${signature}`.replace(/.$/, 'é'),
    ];
    for (const text of odd) expect(await judge(text), JSON.stringify(text.slice(-20))).toBe('invalid');
    expect(await judge(token)).toBe('taken');
  });

  test('in standard base64', async () => {
    for (let round = 0; round < 20; round += 1) {
      const token = await signed(ours.signing, { payload: madeClaims({ jti: `${'?'.repeat(round)}>>>` }) });
      const standard = token.replaceAll('-', '+').replaceAll('_', '/');
      if (standard !== token) expect(await judge(standard)).toBe('invalid');
    }
  });

  test('with changed unused bits at the end of a part', async () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const token = await signed(ours.signing);
    const last = alphabet.indexOf(token.at(-1) ?? '');
    for (let bits = 1; bits < 16; bits += 1) {
      const twin = token.slice(0, -1) + alphabet[last ^ bits];
      if (Buffer.from(twin.split('.')[2] ?? '', 'base64url').equals(Buffer.from(token.split('.')[2] ?? '', 'base64url')))
        expect(await judge(twin)).toBe('invalid');
    }
  });
});

describe('a malicious token', () => {
  test('is refused for its length before it is parsed', async () => {
    const start = process.cpuUsage();
    for (const text of [
      'x'.repeat(1_000_000),
      `${'a.'.repeat(500_000)}`,
      `${base64url('['.repeat(100_000))}.a.b`,
      `a.${'A'.repeat(4096)}.b`,
    ])
      expect(await judge(text)).toBe('invalid');
    expect(cpuMsSince(start)).toBeLessThan(200);
    const padded = async (inHeader: number, inPayload: number) =>
      await signed(ours.signing, { header: { x: 'x'.repeat(inHeader) }, payload: { ...madeClaims(), x: 'x'.repeat(inPayload) } });
    expect(await judge(await padded(0, 3000))).toBe('invalid');
    expect(await judge(await padded(600, 2000))).toBe('taken');
    const long = await padded(655, 2145);
    expect([long.length > 4096, await judge(long)]).toEqual([true, 'invalid']);
  });

  test('is refused, and is not a fault, if it is deeply nested', async () => {
    for (const [open, close] of [
      ['[', ']'],
      ['{"a":', '}'],
    ] as const) {
      const depth = Math.floor(2000 / (open.length + close.length));
      const nested = `${open.repeat(depth)}1${close.repeat(depth)}`;
      expect(await judge(await signed(ours.signing, { payload: nested }))).toBe('invalid');
      expect(await judge(await signed(ours.signing, { payload: `{"a":${nested},${JSON.stringify(madeClaims()).slice(1)}` }))).toBe('taken');
    }
  });

  test('is refused, and is not a fault, whatever it contains', async () => {
    const part = fc.oneof(fc.string(), fc.json().map(base64url), fc.base64String());
    await fc.assert(
      fc.asyncProperty(
        fc.array(part, { maxLength: 4 }),
        fc.dictionary(fc.constantFrom('alg', 'kid', 'typ', 'crit', 'zip'), fc.jsonValue()),
        async (parts, header) => {
          expect(await judge(parts.join('.'))).toBe('invalid');
          expect(
            await judge(`${base64url({ kid: ours.signing.kid, alg: 'ES256', ...header })}.${base64url(madeClaims())}.${base64url('x')}`),
          ).toBe('invalid');
        },
      ),
      { numRuns: 300 },
    );
  });
});
