import { execFileSync, spawn } from 'node:child_process';
import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { JwtVerifier } from 'aws-jwt-verify';
import { createVerifier, type Algorithm as FastAlgorithm } from 'fast-jwt';
import { type Algorithm, verify } from 'jsonwebtoken';
import { afterAll, describe, expect, test } from 'vitest';
import { importSigningKey } from '#lib/keys/import-keys.ts';
import type { PublicJwk } from '#lib/keys/key-set.ts';
import { newSigningKey, verifyingHalf } from '#lib/keys/new-key.ts';
import { catalogue } from '#lib/settings/catalogue.ts';
import { signToken } from '#lib/tokens/sign-token.ts';
import { madeClaims, rules } from './made-token.ts';

const algorithms = catalogue.ALGORITHM.kind.expected.replace('one of ', '').split(', ');
const issuer = 'https://accounts.example';
const audience = 'app';

type Signed = { readonly token: string; readonly jwk: PublicJwk; readonly algorithm: string };
/** The claims of a token, as another library reads them; rejects if the library refuses the token. */
type Library = (signed: Signed) => Promise<unknown>;

/** A key for libraries that read no JWK: PEM, or the bytes of the secret. */
const plain = (jwk: PublicJwk) =>
  jwk.k
    ? Buffer.from(jwk.k, 'base64url')
    : (createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' }).export({ type: 'spki', format: 'pem' }) as string);

/** As each library's guide says: with the key that `kid` names, one algorithm, and issuer and audience required. */
const libraries: Readonly<Record<string, { readonly reads: Library; readonly lacks: RegExp }>> = {
  'aws-jwt-verify': {
    async reads({ token, jwk }) {
      const verifier = JwtVerifier.create({ issuer, audience, jwksUri: `${issuer}/.well-known/jwks.json` });
      verifier.cacheJwks({ keys: [{ ...jwk, use: 'sig' }] });
      return verifier.verifySync(token);
    },
    lacks: /^(PS|HS)/,
  },
  'fast-jwt': {
    reads: async ({ token, jwk, algorithm }) =>
      createVerifier({ key: plain(jwk), algorithms: [algorithm as FastAlgorithm], allowedIss: issuer, allowedAud: audience })(token),
    lacks: /^$/,
  },
  jsonwebtoken: {
    reads: async ({ token, jwk, algorithm }) => verify(token, plain(jwk), { algorithms: [algorithm as Algorithm], issuer, audience }),
    lacks: /^EdDSA$/,
  },
  PyJWT: {
    reads: ({ token, jwk, algorithm }) => pyJwt([token, JSON.stringify(jwk), algorithm, issuer, audience]),
    lacks: hasPyJwt() ? /^$/ : /./,
  },
};

const pythonVerify = `
import json, sys, jwt
for line in sys.stdin:
    token, jwk, algorithm, issuer, audience = json.loads(line)
    try:
        key = jwt.PyJWK(json.loads(jwk), algorithm).key
        print(json.dumps({"claims": jwt.decode(token, key, algorithms=[algorithm], issuer=issuer, audience=audience)}), flush=True)
    except jwt.PyJWTError as error:
        print(json.dumps({"error": type(error).__name__}), flush=True)
`;

let python: ReturnType<typeof startPython> | undefined;
afterAll(() => python?.stop());

/** The claims that PyJWT reads. One process answers all questions, because starting Python takes longer. */
async function pyJwt(question: readonly string[]): Promise<unknown> {
  python ??= startPython();
  const { claims, error } = await python.ask(question);
  if (error) throw new Error(error);
  return claims;
}

function startPython() {
  const child = spawn('/usr/bin/python3', ['-c', pythonVerify], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  return {
    async ask(question: readonly string[]): Promise<{ readonly claims?: unknown; readonly error?: string }> {
      child.stdin.write(`${JSON.stringify(question)}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error('Python has ended');
      return JSON.parse(value);
    },
    async stop() {
      const ended = once(child, 'close');
      child.stdin.end();
      await ended;
    },
  };
}

/** Whether Debian's python3-jwt and python3-cryptography are installed. */
function hasPyJwt(): boolean {
  try {
    execFileSync('/usr/bin/python3', ['-c', 'import jwt, cryptography'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe.for(algorithms)('a token of %s', async (algorithm) => {
  const secret = await newSigningKey(algorithm);
  const jwk = verifyingHalf(JSON.parse(secret)) ?? expect.unreachable();
  const now = Math.floor(Date.now() / 1000);
  const claims = madeClaims({ iat: now, exp: now + 300 });
  const made = async (given = claims) => await signToken(await importSigningKey(secret), { ...rules, issuer, audience }, given);
  const able = Object.entries(libraries).filter(([, { lacks }]) => !lacks.test(algorithm));

  test('is supported by two other libraries at least', () => {
    expect(able.length).toBeGreaterThanOrEqual(2);
  });

  test.for(able)('is accepted by %s', async ([, { reads }]) => {
    expect(await reads({ token: await made(), jwk, algorithm })).toEqual({ ...claims, aud: audience, iss: issuer });
  });

  test.for(able)('that was changed, has expired or was signed by another key is not accepted by %s', async ([, { reads }]) => {
    const [head, , signature] = (await made()).split('.');
    const forged = Buffer.from(JSON.stringify({ ...claims, user_id: 'somebody-else', aud: audience, iss: issuer })).toString('base64url');
    await expect(reads({ token: `${head}.${forged}.${signature}`, jwk, algorithm })).rejects.toThrow();
    const expired = { ...claims, iat: now - 600, exp: now - 300 };
    const old = await made(expired);
    await expect(reads({ token: old, jwk, algorithm })).rejects.toThrow();
    const other = verifyingHalf(JSON.parse(await newSigningKey(algorithm))) ?? expect.unreachable();
    const token = await made();
    await expect(reads({ token, jwk: { ...other, kid: jwk.kid }, algorithm })).rejects.toThrow();
  });
});
