import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { User } from '#lib/users/user.ts';
import { dynamoUserStore } from '#lib/users/user-store.dynamo.ts';
import { type Gateway, startGateway } from '#local/gateway/gateway.ts';
import { preferring } from '../lib/passwords/made-passwords.ts';
import { madeUser, namesOf, registered } from '../lib/users/made-user.ts';
import { localTables, startLocalStage } from '../scripts/local-stage.ts';
import { post } from './users.ts';

const password = 'the password of a canary';
let old: Awaited<ReturnType<typeof startLocalStage>>;
let restored: Gateway;
beforeAll(async () => {
  [old, restored] = await Promise.all([startLocalStage(), startGateway({ instances: 4 })]);
});
afterAll(async () => {
  await old?.stop();
  await restored?.stop();
});

/** The restore drill of docs/moving-users.md: from one stage into an empty one. */
it('users of an export are the same in another stage, and sign in there with their old passwords', async () => {
  const [hash = '', another = ''] = await Promise.all([password, 'of the others'].map(preferring('bcrypt_sha256').hash));
  const other = (given: Partial<User> = {}) => madeUser({ password: another, ...given });
  const canary = madeUser({ username: 'canary', password: hash, tokenEpoch: 4, version: 3 });
  const others = [
    other({
      id: '17',
      roles: ['staff', '编辑'],
      isSuperuser: true,
      lastLogin: new Date(0),
      isEmailVerified: true,
      avatar: `${'a'.repeat(32)}.webp`,
    }),
    other({ mobile: undefined, isActive: false, suspension: { at: new Date(0), until: new Date(9e12), reason: 'spam', by: '17' } }),
    other({ attributes: { nickname: 'Ada\u2028', money: 0.1 }, password: '!unusable', name: '李 雷' }),
    ...Array.from({ length: 40 }, () => other()),
  ];
  const store = dynamoUserStore(localTables, old.client);
  await Promise.all([canary, ...others].map((user) => store.add(user, namesOf(user), registered(user))));
  const file = join(old.folder, 'backup.jsonl');
  const phrase = join(old.folder, 'phrase');
  writeFileSync(phrase, 'the passphrase of a backup\n');
  const sealed = ['--passphrase-file', phrase];
  expect(await old.users('export', file, ...sealed)).toMatchObject({ code: 0, complaint: '' });

  const there = { AWS_ENDPOINT_URL_DYNAMODB: restored.endpoints.dynamodb, AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x' };
  const onNew = (...parameters: readonly string[]) => old.begin('users.ts', [...parameters, '--stage', 'dev'], there).ended;
  expect(await onNew('compare', file, ...sealed)).toMatchObject({ code: 1, output: expect.stringContaining('44 differ') });
  expect(await onNew('import', file, ...sealed)).toMatchObject({ code: 0 });
  expect(await onNew('compare', file, ...sealed)).toEqual({ code: 0, output: 'All 44 users exist and are equal.\n', complaint: '' });

  for (const name of ['canary', canary.email, canary.mobile])
    expect((await post(restored, '/login/', { username: name, password })).status, name).toBe(200);
  expect((await post(restored, '/login/', { username: 'canary', password: 'another password' })).status).toBe(401);
});
