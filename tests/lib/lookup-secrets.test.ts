import { describe, expect, test } from 'vitest';
import { derivedKey, deviceKeys, secretName, secretUses } from '#lib/derived-key.ts';
import { lookupSecretsText, makingFirst, makingSecret, parseLookupSecrets } from '#lib/lookup-secrets.ts';
import { madeSecret } from './made-secrets.ts';

describe('the stored lookup secret', () => {
  test('of a stage that never rotated it is one value that makes everything', () => {
    const secrets = parseLookupSecrets(Buffer.alloc(32, 7).toString('base64url'));
    expect(secrets).toEqual([{ bytes: Buffer.alloc(32, 7), from: 0 }]);
  });

  test('of a rotated stage is read as it was written, the newest value first', () => {
    const text = lookupSecretsText([madeSecret(1, 10), madeSecret(2, 20)]);
    expect(parseLookupSecrets(text)?.map(({ bytes, from }) => [bytes[0], bytes.length, from])).toEqual([
      [2, 32, 20],
      [1, 32, 10],
    ]);
  });

  test('keeps the keys of known devices that are left of earlier values', () => {
    const devices = [{ key: Buffer.alloc(32, 3), until: 99 }];
    const secrets = parseLookupSecrets(lookupSecretsText([{ ...madeSecret(2, 20), devices }]));
    expect(secrets?.[0].devices).toEqual(devices);
    expect([98, 99].map((at) => secrets && deviceKeys(secrets, at).length)).toEqual([2, 1]);
  });

  test.each([
    '',
    'short',
    Buffer.alloc(31).toString('base64url'),
    '{',
    '{"secrets":[]}',
    '{"secrets":7}',
    '{"secrets":[null]}',
    `{"secrets":[{"secret":"${Buffer.alloc(32).toString('base64url')}"}]}`,
    `{"secrets":[{"secret":"${Buffer.alloc(32).toString('base64url')}","from":-1}]}`,
    `{"secrets":[{"secret":"short","from":1},{"secret":"${Buffer.alloc(32).toString('base64url')}","from":0}]}`,
    ...['7', '[null]', '[{"key":"short","until":1}]', `[{"key":"${Buffer.alloc(32).toString('base64url')}"}]`].map(
      (devices) => `{"secrets":[{"secret":"${Buffer.alloc(32).toString('base64url')}","from":0,"devices":${devices}}]}`,
    ),
  ])('is refused as a whole if it is %j', (text) => {
    expect(parseLookupSecrets(text)).toBeUndefined();
  });
});

describe('the value that makes new things', () => {
  const [next, old] = [madeSecret(2, 1000), madeSecret(1)];

  test('changes at the instant that the secret names, whenever it was read', () => {
    expect([999, 1000, 9999].map((at) => makingSecret([next, old], at))).toEqual([old, next, next]);
    expect([makingFirst([next, old], 999), makingFirst([next, old], 1000)]).toEqual([
      [old, next],
      [next, old],
    ]);
  });

  test('is the only one there is, also before its instant: a clock may be behind', () => {
    expect(makingSecret([next], 999)).toBe(next);
  });
});

describe('the keys of the uses', () => {
  test('are all different, and none is the secret or its public name', () => {
    const secret = madeSecret(7);
    const keys = secretUses.map((use) => derivedKey(use, secret).toString('hex'));
    expect(new Set([...keys, Buffer.from(secret.bytes).toString('hex')]).size).toBe(secretUses.length + 1);
    expect(secretName(secret)).toMatch(/^[\w-]{8}$/);
    expect(secretName(secret)).not.toBe(secretName(madeSecret(8)));
  });

  test('are the same in every release: a change would end every live code, link and cursor', () => {
    const secret = madeSecret(7);
    const heads = Object.fromEntries(secretUses.map((use) => [use, derivedKey(use, secret).toString('hex').slice(0, 8)]));
    expect(heads).toMatchInlineSnapshot(`
      {
        "audit": "186efbd3",
        "captcha": "e3cd1ea7",
        "challenge": "8f7912e2",
        "counters": "adabed53",
        "cursor": "e73e7c45",
        "device": "bd994c8c",
        "digits": "50cdef6e",
        "links": "055be7a1",
        "name": "03a1908c",
        "rows": "71d67593",
        "undo": "cb87c841",
      }
    `);
  });
});
