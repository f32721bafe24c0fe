import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { packageStage, projectWithHooks } from '#local/gateway/packaged.ts';
import { unpacked } from '#local/gateway/unpacked.ts';
import { madePasswords } from '../lib/passwords/made-passwords.ts';
import { filterOf } from '../support/made-filter.ts';
import { mailOf, unlimitedCodes } from './mail.ts';
import { passwordDoorNames, passwordDoors } from './password-doors.ts';
import { seedsOf } from './seeds.ts';
import { cheapHashes, ownGateway } from './shared-gateway.ts';
import { type Body, post } from './users.ts';

/** No rule but the filter has anything against it. */
const leaked = 'seven teapots on a glacier';
const other = 'orange violin 7 lamps';
const settings = { ...unlimitedCodes, PASSWORD_RESET_URL: 'http://localhost:3000/reset#{token}', REGISTER_RATE_ADDRESS: 'off' };
const shape = { BREACHED_PASSWORDS: 'file' };

const hooks = await readFile(new URL('../../project/hooks.ts', import.meta.url), 'utf8');
const project = await projectWithHooks('breached-passwords', hooks);
await writeFile(join(project, 'project', 'breached-passwords.filter'), filterOf(leaked));
const { gateway, tables } = await ownGateway({ project, stage: 'local', shape, settings, environment: cheapHashes });
const mail = mailOf(gateway, tables);
const seeds = seedsOf(gateway, settings, Date.now);
afterAll(() => seeds.close());
const staff = await seeds.registeredUser({ roles: ['staff'] });
const doors = passwordDoors({ gateway, mail, staffAccess: staff.access });

describe.for(passwordDoorNames)('a password chosen at %s', (door) => {
  it('is refused if the filter has it; another one is taken', async () => {
    const { choose } = await doors[door]();
    const answer = await choose(leaked);
    const text = await answer.text();
    const { code, errors } = JSON.parse(text) as { code: string; errors: Body };
    const sentence = 'This password is known from a data breach. Use another one everywhere.';
    expect([answer.status, code, Object.values(errors)]).toEqual([400, 'validation_failed', [[sentence]]]);
    expect(text).not.toContain(leaked);
    expect((await choose(other)).status).toBeLessThan(300);
  });
});

it('a password that the filter has still signs in, and no sign-in looks in the filter', async () => {
  const old = await seeds.registeredUser({ password: await madePasswords().hash(leaked) });
  expect((await post(gateway, '/token/', { username: old.user.username, password: leaked })).status).toBe(200);
  expect((await post(gateway, '/login/', { username: old.user.username, password: leaked })).status).toBe(200);
});

it('exactly the functions that take new passwords have the filter in their zips', async () => {
  const { directory } = await packageStage({ project, stage: 'local', settings: shape });
  const names = (await readdir(directory)).filter((name) => name.endsWith('.zip'));
  const having: string[] = [];
  for (const name of names) {
    const { root } = await unpacked(join(directory, name));
    const found = await readFile(join(root, 'project', 'breached-passwords.filter')).catch(() => undefined);
    if (found?.equals(filterOf(leaked))) having.push(name.replace('.zip', ''));
  }
  expect(having.sort()).toEqual(['passwordChange', 'passwordReset', 'register', 'usersCreate']);
  for (const name of having) expect(JSON.stringify(gateway.logs(name)), name).not.toContain('breaches_not_asked');
});
