import { createServer, type RequestListener, type Server } from 'node:http';
import { exportJWK, generateKeyPair } from 'jose';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { keysByUrl } from '#lib/keys/keys-by-url.ts';
import { listen } from '#local/emulators/listen.ts';
import { quietly } from '../logged.ts';
import { madeKeys } from '../tokens/made-keys.ts';

let good: object;
const kid = 'theirs';
beforeAll(async () => {
  good = { ...(await madeKeys()).published, kid };
});

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** A server that publishes what `answer` says, and a clock that a test can turn. */
async function publisher(answer: RequestListener, KEY_CACHE = 300) {
  let asked = 0;
  let ms = 1_000_000;
  const server: Server = createServer((request, response) => {
    asked += 1;
    answer(request, response);
  });
  const { endpoint, stop } = await listen(server, 0);
  stops.push(stop);
  const keys = keysByUrl({ JWK_URL: `${endpoint}/jwks.json`, KEY_CACHE }, () => ms) ?? expect.unreachable();
  return {
    find: async (name: string) =>
      await quietly(() =>
        keys(name).then(
          (key) => key?.kid ?? 'none',
          ({ code }) => String(code),
        ),
      ),
    asked: () => asked,
    pass: (seconds: number) => {
      ms += seconds * 1000;
    },
    stop,
  };
}
const set =
  (...keys: unknown[]): RequestListener =>
  (_, response) =>
    response.end(JSON.stringify({ keys }));

describe('the keys at a URL', () => {
  test('are loaded when one is needed, and again when they are old', async () => {
    const { find, asked, pass } = await publisher(set(good));
    expect(asked()).toBe(0);
    for (let round = 0; round < 5; round += 1) expect(await find(kid)).toBe(kid);
    expect(asked()).toBe(1);
    pass(301);
    expect([await find(kid), asked()]).toEqual([kid, 2]);
  });

  test('are loaded once for any number of callers at once', async () => {
    const { find, asked } = await publisher((request, response) => setTimeout(() => set(good)(request, response as never), 50));
    expect(new Set(await Promise.all(Array.from({ length: 50 }, () => find(kid))))).toEqual(new Set([kid]));
    expect(asked()).toBe(1);
  });

  test('are loaded again for an unknown name, but not for each of many', async () => {
    let keys: object[] = [];
    const { find, asked, pass } = await publisher((request, response) => set(...keys)(request, response as never));
    for (let index = 0; index < 20; index += 1) expect(await find(`made up ${index}`)).toBe('none');
    expect(asked()).toBe(1);
    keys = [good];
    expect(await find(kid)).toBe('none');
    pass(31);
    expect([await find(kid), asked()]).toEqual([kid, 2]);
  });

  test('are left out if they are private, secret, weak, for another use or without a name', async () => {
    const { privateKey } = await generateKeyPair('ES256', { extractable: true });
    const { publicKey } = await generateKeyPair('RSA-OAEP', { extractable: true });
    const rsa = await exportJWK(publicKey);
    const odd = [
      { ...(await exportJWK(privateKey)), kid: 'private' },
      { kty: 'oct', k: 'A'.repeat(64), alg: 'HS256', kid: 'secret' },
      { ...rsa, n: rsa.n?.slice(0, 170), kid: 'weak' },
      { ...rsa, alg: 'RSA-OAEP', kid: 'oaep' },
      { ...good, use: 'enc', kid: 'enc' },
      { ...good, kid: undefined },
      { ...good, alg: 'HS256', kid: 'confused' },
      { ...good, alg: 'none', kid: 'none' },
      null,
      5,
      'x',
    ];
    const { find } = await publisher(set(...odd, good));
    for (const name of ['private', 'secret', 'weak', 'oaep', 'enc', 'undefined', 'confused', 'none']) expect(await find(name)).toBe('none');
    expect(await find(kid)).toBe(kid);
  });
});

describe('a URL that gives no keys', () => {
  const endless: RequestListener = (_, response) => {
    const more = () => response.write('x'.repeat(65_536), () => setImmediate(more));
    response.on('error', () => undefined);
    more();
  };
  test.for<[string, RequestListener]>([
    ['an error', (_, response) => response.writeHead(500).end()],
    ['nothing', (_, response) => response.writeHead(204).end()],
    ['no JSON', (_, response) => response.end('<html>')],
    ['no set', (_, response) => response.end('{"keys":{}}')],
    ['another address', (_, response) => response.writeHead(302, { location: 'https://elsewhere.example/' }).end()],
    ['no end', endless],
    ['silence', () => undefined],
  ])('is unavailable if it answers with %s, and is asked again half a minute later', async ([, answer]) => {
    const { find, asked, pass } = await publisher(answer);
    for (let round = 0; round < 3; round += 1) expect(await find(kid)).toBe('unavailable');
    expect(asked()).toBe(1);
    pass(31);
    expect([await find(kid), asked()]).toEqual(['unavailable', 2]);
  });

  test('leaves known keys valid for an hour; unknown keys are unavailable', async () => {
    const { find, pass, stop } = await publisher(set(good));
    expect(await find(kid)).toBe(kid);
    await stop();
    pass(1800);
    expect([await find(kid), await find('new')]).toEqual([kid, 'unavailable']);
    pass(1801);
    expect(await find(kid)).toBe('unavailable');
  });
});

test('without a URL nobody is asked', () => {
  expect(keysByUrl({ JWK_URL: '', KEY_CACHE: 300 }, () => 0)).toBeUndefined();
});
