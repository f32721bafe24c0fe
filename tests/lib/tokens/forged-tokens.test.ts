import { createHmac, createSign, generateKeyPairSync } from 'node:crypto';
import { type CryptoKey, exportSPKI, importJWK } from 'jose';
import { beforeAll, describe, expect, test } from 'vitest';
import type { KeySet } from '#lib/keys/key-set.ts';
import { readToken } from '#lib/tokens/read-token.ts';
import { type Keys, madeKeys } from './made-keys.ts';
import { base64url, madeClaims, noonOfTokens, rules, signed } from './made-token.ts';

let ours: Keys;
let theirs: Keys;
beforeAll(async () => {
  [ours, theirs] = [await madeKeys(), await madeKeys()];
});
const judge = async (text: string, keys: KeySet = ours.set) => {
  const outcome = await readToken(text, { keys, rules, now: noonOfTokens, types: ['access'] });
  return 'refused' in outcome ? outcome.refused : 'taken';
};

describe('an unsigned token', () => {
  test.for(['none', 'None', 'NONE', 'nOnE', '', null, undefined])('is refused with the algorithm %j', async (alg) => {
    const head = base64url({ alg, typ: 'at+jwt', kid: ours.signing.kid });
    const [, , signature] = (await signed(ours.signing)).split('.');
    for (const end of ['', signature, base64url('x')]) expect(await judge(`${head}.${base64url(madeClaims())}.${end}`)).toBe('invalid');
  });

  test('is refused if its signature is empty, short, long or zero', async () => {
    const [head, body, signature = ''] = (await signed(ours.signing)).split('.');
    const zero = Buffer.alloc(64).toString('base64url');
    for (const end of ['', 'A', signature.slice(0, -4), `${signature}AAAA`, zero, signature.toLowerCase()])
      expect(await judge(`${head}.${body}.${end}`)).toBe('invalid');
  });

  test('is refused if one letter of it is changed', async () => {
    const token = await signed(ours.signing);
    for (let at = 0; at < token.length; at += 7) {
      const other = token[at] === 'A' ? 'B' : 'A';
      if (token[at] !== '.') expect(await judge(token.slice(0, at) + other + token.slice(at + 1)), String(at)).toBe('invalid');
    }
  });
});

describe('a token that another key signed', () => {
  test('is refused, also under our key’s name', async () => {
    expect(await judge(await signed(theirs.signing))).toBe('invalid');
    expect(await judge(await signed({ ...theirs.signing, kid: ours.signing.kid }))).toBe('invalid');
  });

  test('is refused if our public key is the secret of its HMAC', async () => {
    const pem = await exportSPKI((await importJWK(ours.published, 'ES256', { extractable: true })) as CryptoKey);
    for (const secret of [pem, pem.trim(), JSON.stringify(ours.published), Buffer.from(ours.published.x ?? '', 'base64url')]) {
      for (const alg of ['HS256', 'HS384', 'HS512']) {
        const text = `${base64url({ alg, typ: 'at+jwt', kid: ours.signing.kid })}.${base64url(madeClaims())}`;
        const signature = createHmac(`sha${alg.slice(2)}`, secret)
          .update(text)
          .digest('base64url');
        expect(await judge(`${text}.${signature}`)).toBe('invalid');
      }
    }
  });

  test('is refused if it brings its key along', async () => {
    const header = {
      jwk: theirs.published,
      jku: 'https://evil.example/jwks.json',
      x5u: 'https://evil.example/x',
      x5c: ['MIIB'],
      x5t: 'AAAA',
    };
    for (const kid of [ours.signing.kid, theirs.signing.kid, undefined])
      expect(await judge(await signed(theirs.signing, { header: { ...header, kid } }))).toBe('invalid');
  });

  test('is refused if it has another curve under our key’s name', async () => {
    for (const namedCurve of ['secp256k1', 'P-384']) {
      const { privateKey } = generateKeyPairSync('ec', { namedCurve });
      const text = `${base64url({ alg: 'ES256', typ: 'at+jwt', kid: ours.signing.kid })}.${base64url(madeClaims())}`;
      const signature = createSign('sha256').update(text).sign({ key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url');
      expect(await judge(`${text}.${signature}`)).toBe('invalid');
    }
  });

  test.for(['ES384', 'ES512', 'ES256K', 'RS256', 'PS256', 'EdDSA', 'Ed25519', 'HS256', 'es256', 'dir'])(
    'is refused if it says %s but the key is for ES256',
    async (alg) => {
      const [, body, signature] = (await signed(ours.signing)).split('.');
      expect(await judge(`${base64url({ alg, typ: 'at+jwt', kid: ours.signing.kid })}.${body}.${signature}`)).toBe('invalid');
    },
  );
});

describe('a kid', () => {
  test.for(['', '../../dev/null', "' OR 1=1 --", '__proto__', 'constructor', 'toString', '/etc/passwd', '\0', 5, null, ['x'], { a: 1 }])(
    'that is not one of ours (%j) is refused',
    async (kid) => {
      expect(await judge(await signed(ours.signing, { header: { kid } }))).toBe('invalid');
    },
  );

  test('is required, even if there is only one key', async () => {
    expect(await judge(await signed(ours.signing, { header: { kid: undefined } }))).toBe('invalid');
    expect(await judge(await signed(ours.signing), new Map())).toBe('invalid');
  });
});

describe('a header with more members', () => {
  test.for([{ crit: ['exp'], exp: 1 }, { crit: [] }, { crit: ['b64'], b64: true }, { b64: true }, { crit: 'b64' }, { crit: null }])(
    'than we know (%j) is refused',
    async (more) => {
      const [, body, signature] = (await signed(ours.signing)).split('.');
      const head = base64url({ alg: 'ES256', typ: 'at+jwt', kid: ours.signing.kid, ...more });
      expect(await judge(`${head}.${body}.${signature}`)).toBe('invalid');
    },
  );

  test('is refused even if we signed it', async () => {
    expect(await judge(await signed(ours.signing, { header: { crit: ['exp'], exp: 1 } }))).toBe('invalid');
    expect(await judge(await signed(ours.signing, { header: { crit: ['b64'], b64: true } }))).toBe('invalid');
  });
});
