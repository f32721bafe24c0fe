import { execFile } from 'node:child_process';
import { setImmediate as turn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { verify } from 'jsonwebtoken';
import { JwksClient } from 'jwks-rsa';
import { afterEach, describe, expect, it } from 'vitest';
import { scriptEnvironment } from '../scripts/script-environment.ts';
import { cheapHashes, ownGateway } from './shared-gateway.ts';
import { testClock } from './test-clock.ts';
import { claimsOf, post, problemOf, read, type SignedInUser, signedInUser, signIn } from './users.ts';

/**
 * The life of a key in seconds instead of months, in valid proportions. The clock moves only as requests are answered.
 */
const fastRotation = {
  KEY_CACHE: '1s',
  KEY_PROPAGATION: '3s',
  KEY_ROTATION: '7s',
  ACCESS_TOKEN_LIFETIME: '8s',
  REFRESH_TOKEN_LIFETIME: '12s',
  REMEMBERED_TOKEN_LIFETIME: '12s',
  SLIDING_TOKEN_LIFETIME: '8s',
  SLIDING_TOKEN_REFRESH_LIFETIME: '12s',
};
/** Keys change only if a test moves the clock. */
const noRotation = { KEY_CACHE: '1s', KEY_PROPAGATION: '1h' };
const cacheSeconds = 1;

const clock = testClock();
const { gateway, keys } = await ownGateway({ settings: noRotation, instances: 6, clock: clock.now, environment: cheapHashes });
afterEach(() => gateway.gate.reset());

type Jwk = Record<string, string>;
const refresh = async (token: string) => await post(gateway, '/token/refresh/', { refresh: token });
const checks = async (token: string) => await post(gateway, '/token/verify/', { token });
const jwks = async () => ((await (await gateway.fetch('/.well-known/jwks.json')).json()) as { keys: Jwk[] }).keys;
const kidOf = (token: string) => (JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as { kid: string }).kid;
const invalid = { status: 401, code: 'token_not_valid', detail: 'Token is invalid' };

async function rotate(): Promise<string[]> {
  const before = gateway.logs('keysRotate').length;
  const { kind } = await gateway.invoke('keysRotate', {});
  const lines = gateway.logs('keysRotate').slice(before);
  return [kind, ...lines.flatMap(({ json }) => [json?.['event'], json?.['steps']]).filter((word) => typeof word === 'string')];
}

async function keysRotate(...parameters: string[]): Promise<string> {
  const script = new URL('../../scripts/keys-rotate.ts', import.meta.url).pathname;
  const { stdout } = await promisify(execFile)(process.execPath, [script, '--stage', 'dev', ...parameters], {
    env: {
      ...scriptEnvironment(),
      AWS_ENDPOINT_URL_SSM: gateway.endpoints.ssm,
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
    },
  });
  return stdout;
}

const secondsLeft = (token: string) => Number(claimsOf(token)['exp']) - clock.now() / 1000;
const signedInAgain = async (user: SignedInUser): Promise<SignedInUser> => ({ ...user, ...(await signIn(gateway, user)) });

describe('a rotation', () => {
  it('fails none of a thousand requests that run at the same time', async () => {
    clock.stop();
    gateway.restart(fastRotation);
    const users = await Promise.all(Array.from({ length: 6 }, () => signedInUser(gateway)));
    const signers = new Set<string>();
    const failures: string[] = [];
    let requests = 0;
    let isOver = false;

    /** Counts a failed request, unless its token expired while it was under way. */
    async function expectOk(what: string, token: string, asked: Promise<Response>): Promise<Response> {
      const answer = await asked;
      const hasEnded = answer.status === 401 && secondsLeft(token) <= 0;
      if (!hasEnded) requests += 1;
      if (!hasEnded && answer.status !== 200) failures.push(`${what}: ${answer.status} ${await answer.clone().text()}`);
      return answer;
    }
    /** Refreshes until the rotation is over, and uses every token until its last second. */
    async function live(user: SignedInUser): Promise<void> {
      let current = user.refresh;
      const living = [user.access];
      while (!isOver) {
        const answer = await expectOk('refresh', current, refresh(current));
        if (answer.status !== 200) return await live(await signedInAgain(user));
        const pair = (await answer.json()) as { access: string; refresh: string };
        current = pair.refresh;
        living.push(pair.access);
        signers.add(kidOf(pair.access));
        while (living[0] !== undefined && secondsLeft(living[0]) < 1) living.shift();
        await use(user, [living[0], living[Math.floor(living.length / 2)], living.at(-1)]);
      }
    }
    async function use(user: SignedInUser, tokens: readonly (string | undefined)[]): Promise<void> {
      for (const token of tokens.filter((each) => each !== undefined)) {
        await expectOk('read', token, read(gateway, `/users/${user.id}/`, token));
        await expectOk('verify', token, checks(token));
      }
    }
    const lives = Promise.all(users.map(live)).finally(() => {
      isOver = true; // if one of them fails, too
    });
    lives.catch(() => undefined);
    const first = await keys.signing();
    const began = clock.now();
    const outcomes: string[] = [];
    const isFirstThere = async () => (await keys.published()).some(({ kid }) => kid === first);
    while (!isOver && (requests < 1000 || (await isFirstThere()))) {
      outcomes.push(...(await rotate()));
      const answered = requests;
      while (!isOver && requests < answered + 10) await turn();
      clock.pass(0.3);
    }
    isOver = true;
    await lives;
    await keys.age((clock.now() - began) / 1000);
    clock.run();

    expect(failures).toEqual([]);
    expect(requests).toBeGreaterThanOrEqual(1000);
    expect(signers.size).toBeGreaterThanOrEqual(2);
    expect(new Set(outcomes)).toEqual(new Set(['returned', 'keys_rotated', '', 'date', 'make,publish', 'promote,retire', 'remove']));
  });

  it('publishes the next, the current and the previous key, without any private member', async () => {
    gateway.restart({ ...noRotation, ALGORITHM: 'RS256' });
    await rotate();
    await keys.age(91 * 86_400);
    await rotate();
    await keys.age(3600);
    expect(await rotate()).toContain('promote,retire');
    gateway.restart({ ...noRotation, ALGORITHM: 'EdDSA', KEY_ROTATION: '11d' });
    await keys.age(12 * 86_400);
    expect(await rotate()).toContain('make,publish');
    const shown = await jwks();
    expect(shown.map(({ alg }) => alg)).toEqual(['ES256', 'RS256', 'EdDSA']);
    for (const key of shown) {
      const kind = { EC: ['crv', 'x', 'y'], RSA: ['e', 'n'], OKP: ['crv', 'x'] }[key['kty'] ?? ''] ?? [];
      expect(Object.keys(key).sort()).toEqual(['alg', 'kid', 'kty', 'use', ...kind].sort());
    }
    expect((await keys.published()).map((key) => Object.keys(key).filter((name) => name.endsWith('_at')))).toEqual([
      ['published_at', 'retired_at'],
      ['published_at'],
      ['published_at'],
    ]);
  });

  it('to another algorithm leaves older tokens valid, also for another project’s library', async () => {
    const user = await signedInUser(gateway);
    const client = new JwksClient({ jwksUri: `${gateway.url}/.well-known/jwks.json`, cache: false });
    const pem = async (token: string) => (await client.getSigningKey(kidOf(token))).getPublicKey();
    await keysRotate('--now');
    clock.pass(2 * cacheSeconds);
    const after = await signIn(gateway, user);
    expect(kidOf(after.access)).not.toBe(kidOf(user.access));
    for (const { access, refresh: token } of [user, after]) {
      expect((await read(gateway, `/users/${user.id}/`, access)).status).toBe(200);
      expect((await refresh(token)).status).toBe(200);
    }
    expect(verify(user.access, await pem(user.access), { algorithms: ['RS256'] })).toMatchObject({ user_id: user.id });
  });
});

describe('a removed key', () => {
  it('invalidates its own tokens within KEY_CACHE, and no others', async () => {
    const user = await signedInUser(gateway);
    const leaked = kidOf(user.access);
    expect((await read(gateway, `/users/${user.id}/`, user.access)).status).toBe(200);
    expect(await keysRotate('--now', '--remove', leaked)).toContain(`${leaked} is removed`);
    clock.pass(2 * cacheSeconds);
    expect(await problemOf(await read(gateway, `/users/${user.id}/`, user.access))).toEqual(invalid);
    expect(await problemOf(await refresh(user.refresh))).toEqual(invalid);
    expect(await problemOf(await checks(user.access))).toEqual(invalid);
    const again = await signIn(gateway, user);
    expect((await read(gateway, `/users/${user.id}/`, again.access)).status).toBe(200);
    expect((await jwks()).map(({ kid }) => kid)).not.toContain(leaked);
  });

  it('is unknown to a new instance at once', async () => {
    const user = await signedInUser(gateway);
    await keysRotate('--now', '--remove', kidOf(user.access));
    gateway.restart(noRotation);
    expect(await problemOf(await read(gateway, `/users/${user.id}/`, user.access))).toEqual(invalid);
  });
});

describe('a rotation that fails', () => {
  const writes = ['next-signing-key', 'verification-keys', 'signing-key'];
  const cases = writes.flatMap((name) =>
    (['crash-before', 'crash-after', 'drop-before', 'drop-after'] as const).map((kind) => [kind, name] as const),
  );

  it.each(cases)('with %s at %s leaves every token valid, and the next one continues it', async (kind, name) => {
    clock.pass(2 * cacheSeconds);
    const user = await signedInUser(gateway);
    await rotate();
    const fault = gateway.gate.fault(
      'keysRotate',
      ({ operation, input }) => operation === 'PutParameter' && String(input['Name']).endsWith(`/${name}`),
      kind,
    );
    const outcomes: string[] = [];
    for (let round = 0; round < 4; round += 1) {
      await keys.age(round === 0 ? 91 * 86_400 : 3600);
      outcomes.push(...(await rotate()));
      await keys.endClaim();
      expect((await keys.published()).map(({ kid }) => kid)).toContain(await keys.signing());
    }
    expect(fault.struck).toBe(1);
    expect(outcomes.includes('threw')).toBe(kind.startsWith('crash'));
    expect(await keys.signing()).not.toBe(kidOf(user.access));
    clock.pass(2 * cacheSeconds);
    expect((await read(gateway, `/users/${user.id}/`, user.access)).status).toBe(200);
    const again = await signIn(gateway, user);
    expect(kidOf(again.access)).toBe(await keys.signing());
    expect((await read(gateway, `/users/${user.id}/`, again.access)).status).toBe(200);
    expect((await refresh(user.refresh)).status).toBe(200);
    // Much later, the previous key is gone.
    await keys.age(40 * 86_400);
    await rotate();
    expect((await keys.published()).map(({ kid }) => kid)).toEqual([await keys.signing()]);
  });

  it('blocks other rotations until its claim expires', async () => {
    gateway.restart(noRotation);
    await keys.age(91 * 86_400);
    const isPut = ({ operation, input }: { operation: string; input: Readonly<Record<string, unknown>> }) =>
      operation === 'PutParameter' && String(input['Name']).endsWith('/verification-keys');
    gateway.gate.fault('keysRotate', isPut, 'crash-before');
    expect(await rotate()).toContain('threw');
    expect(await rotate()).toEqual(['returned', 'keys_rotation_busy']);
    await expect(keysRotate()).rejects.toThrow('Another process is rotating the keys of dev. Try again in a minute.');
    await keys.endClaim();
    expect(await rotate()).toContain('publish');
  });
});

describe('ten rotations at once', () => {
  it('make one new key', async () => {
    gateway.restart(noRotation);
    await keys.age(3600);
    await rotate();
    await keys.age(91 * 86_400);
    const before = (await keys.published()).length;
    await Promise.all(Array.from({ length: 10 }, () => gateway.invoke('keysRotate', {})));
    const added = (await keys.published()).length - before;
    expect(added).toBeLessThanOrEqual(1);
    await keys.endClaim();
    await rotate();
    expect((await keys.published()).filter(({ retired_at }) => retired_at === undefined)).toHaveLength(2);
  });
});
