import { beforeEach, describe, expect, test } from 'vitest';
import { keptSeconds } from '#lib/aws/parameter.ts';
import { derivedKey, deviceKeys } from '#lib/derived-key.ts';
import { readSecrets, rotateSecret, type SecretWish, secretRoles } from '#lib/keys/rotate-secret.ts';
import { announceSeconds, secretRules } from '#lib/keys/secret-rules.ts';
import { parseLookupSecrets } from '#lib/lookup-secrets.ts';
import { longestSeconds, retrySeconds } from '#lib/reloading.ts';
import { memoryRotationStore } from '../../stores/rotation-store.memory.ts';
import { madeSettings } from '../made-settings.ts';

const rules = { announceSeconds: 7200, lifeSeconds: 1000, deviceSeconds: 50_000 };
const plain = Buffer.alloc(32, 7).toString('base64url');
let stored: string;
let writes: number;
let at: number;
let box: Parameters<typeof memoryRotationStore>[0];
let trouble: { before?: boolean; after?: boolean };
beforeEach(() => {
  [stored, writes, at, trouble] = [plain, 0, 1_000_000, {}];
  box = { stored: { signing: '', published: '' } };
});
const now = () => new Date(at * 1000);
const store = () => ({
  ...memoryRotationStore(box),
  readSecret: async () => stored,
  async keepSecret(text: string) {
    if (trouble.before) throw new Error('crashed');
    [stored, writes] = [text, writes + 1];
    if (trouble.after) throw new Error('crashed');
  },
});
const rotate = (wish: SecretWish = 'step') => rotateSecret({ store: store(), rules, now }, wish);
const done = async (wish?: SecretWish) => {
  const rotation = await rotate(wish);
  return rotation === 'busy' ? rotation : rotation.done;
};
const roles = async () => secretRoles(await readSecrets(store()), now(), rules).map(({ role }) => role);

describe('a rotation of the lookup secret', () => {
  test('announces a value, uses it two hours later, and drops the one before when all that it made is dead', async () => {
    expect([await done(), await roles()]).toEqual(['announced', ['next', 'current']]);
    at += 7199;
    expect([await done(), await roles()]).toEqual(['nothing', ['next', 'current']]);
    at += 1;
    expect([await done(), await roles()]).toEqual(['nothing', ['current', 'previous']]);
    at += 999;
    expect(await done()).toBe('nothing');
    at += 1;
    expect([await done(), await roles(), writes]).toEqual(['dropped', ['current'], 2]);
  });

  test('keeps the value that was there, byte for byte, until it is dropped', async () => {
    await rotate();
    expect(Buffer.from(parseLookupSecrets(stored)?.at(-1)?.bytes ?? []).toString('base64url')).toBe(plain);
  });

  test('changes nothing if it is repeated', async () => {
    await rotate();
    const once = stored;
    for (let round = 0; round < 5; round += 1) expect(await done()).toBe('nothing');
    expect([stored, writes]).toEqual([once, 1]);
  });

  test('drops no value while something made with it can live, and says until when', async () => {
    await rotate();
    expect(await done('drop')).toBe('nothing');
    at += 7200 + 999;
    const before = stored;
    await expect(rotate('drop')).rejects.toThrow(`can live until ${new Date((at + 1) * 1000).toISOString()}`);
    expect(stored).toBe(before);
    at += 1;
    expect([await done('drop'), await done('drop')]).toEqual(['dropped', 'nothing']);
  });

  test('leaves of a dropped value the key that recognises devices, for as long as one can be known, and nothing else', async () => {
    const old = await readSecrets(store());
    const wholeRotation = async () => {
      for (const seconds of [0, 7200, 1000]) {
        at += seconds;
        await rotate();
      }
    };
    await wholeRotation();
    const from = at - 1000;
    const [current] = await readSecrets(store());
    expect(current.devices).toEqual([{ key: derivedKey('device', old[0]), until: from + 50_000 }]);
    expect(stored).not.toContain(plain);
    await wholeRotation();
    const both = await readSecrets(store());
    expect(both[0].devices?.map(({ until }) => until)).toEqual([at - 1000 + 50_000, from + 50_000]);
    const keysAt = (seconds: number) => deviceKeys(both, seconds).map((key) => Buffer.from(key));
    expect(keysAt(from + 49_999)).toContainEqual(derivedKey('device', old[0]));
    expect(keysAt(from + 50_000)).not.toContainEqual(derivedKey('device', old[0]));
    at += 50_000;
    await wholeRotation();
    expect((await readSecrets(store()))[0].devices).toHaveLength(1);
    expect(await done('replace')).toBe('replaced');
    expect((await readSecrets(store()))[0].devices).toBeUndefined();
  });

  test('keeps the keys of the last twenty values at most, which fit into a parameter', async () => {
    const hundredDays = { ...rules, deviceSeconds: 100 * 86_400 };
    for (let step = 0; step < 3 * 25; step += 1) {
      await rotateSecret({ store: store(), rules: hundredDays, now }, 'step');
      at += 7200;
    }
    expect((await readSecrets(store())).flatMap(({ devices = [] }) => devices)).toHaveLength(20);
    expect(stored.length).toBeLessThan(4096);
  });

  test('replaces all values at once if they leaked, in whatever state they are, also unreadable', async () => {
    await rotate();
    for (const text of [stored, plain, 'overwritten by someone']) {
      stored = text;
      const before = stored;
      expect([await done('replace'), await roles()]).toEqual(['replaced', ['current']]);
      expect(stored).not.toContain(before);
      expect(parseLookupSecrets(stored)?.map(({ bytes }) => Buffer.from(bytes).toString('base64url'))).not.toContain(plain);
    }
  });

  test('refuses a stored text that it cannot read', async () => {
    stored = 'overwritten by someone';
    await expect(rotate()).rejects.toThrow('shorter than 32 bytes');
    expect(stored).toBe('overwritten by someone');
  });
});

describe('a rotation that breaks off', () => {
  test.each([
    ['before', ['current'], 'announced'],
    ['after', ['next', 'current'], 'nothing'],
  ] as const)('%s its write leaves values that work, and the next run goes on', async (moment, left, next) => {
    trouble = { [moment]: true };
    await expect(rotate()).rejects.toThrow('crashed');
    trouble = {};
    expect([await roles(), await done(), await roles()]).toEqual([left, next, ['next', 'current']]);
  });

  test('while it has the keys keeps others out until its claim expires', async () => {
    await memoryRotationStore(box).claim(now(), new Date((at + 60) * 1000));
    expect([await done(), stored]).toEqual(['busy', plain]);
    at += 60;
    expect(await done()).toBe('announced');
  });
});

test('of fifty rotations at once one announces a value', async () => {
  const outcomes = await Promise.all(Array.from({ length: 50 }, () => done()));
  expect(outcomes.filter((outcome) => outcome === 'announced')).toHaveLength(1);
  expect(writes).toBe(1);
});

describe('the times of a rotation', () => {
  test('a value is announced for longer than a function can go on with what it read', () => {
    expect(announceSeconds).toBeGreaterThan(keptSeconds + longestSeconds + retrySeconds);
  });

  test('a value lives longer than anything that a stage makes with it, whatever its settings', () => {
    const life = (given: Record<string, string> = {}) => secretRules(madeSettings(given)).lifeSeconds;
    expect(life()).toBe(3 * 86_400 + 300);
    expect(life({ CHANGE_UNDO_LIFETIME: '7d' })).toBe(7 * 86_400 + 300);
    expect(life({ CHANGE_UNDO_LIFETIME: '1h', RESET_LIFETIME: '1d' })).toBe(2 * 86_400 + 300);
    expect(life({ CODE_RATE_TARGET: '5/1h,100/4d' })).toBe(8 * 86_400 + 300);
    expect(life({ LOGIN_RATE_ACCOUNT: '100/5d' })).toBe(10 * 86_400 + 300);
  });
});
