import { describe, expect, test } from 'vitest';
import { logOut } from '#lib/sessions/log-out.ts';
import { refreshSession } from '#lib/sessions/refresh-session.ts';
import { sessionIdOf } from '#lib/tokens/foreign-claims.ts';
import { quietly } from '../logged.ts';
import { djangoKeys, djangoToken } from '../tokens/made-django.ts';
import { rules } from '../tokens/made-token.ts';
import { noon } from './made-session.ts';
import { madeSignIn } from './made-sign-in.ts';

const second = noon.getTime() / 1000;
const dead = 'token_not_valid token_blacklisted';
const lax = { ...rules, checks: { ...rules.checks, spent: false } };

/** A user with a refresh token of Django's, on a stage with the given rules. */
async function immigrant(isRotating: boolean, given = rules) {
  const service = await madeSignIn({ isRotating, more: { foreignKeys: await djangoKeys(), rules: given } });
  service.tables.users.set(service.user.id, { ...service.user, tokenEpoch: 0 });
  service.tables.sessions.clear();
  const token = djangoToken({ token_type: 'refresh', user_id: service.user.id, iat: second, exp: second + 86_400 });
  const leave = () => logOut({ ...service.needs, rules: given }, { sub: service.user.id }, { scope: 'local', refresh: token });
  return { ...service, token, leave };
}

describe.each([
  ['rotate', true, rules],
  ['rotate and spend nothing', true, lax],
  ['do not rotate', false, rules],
] as const)('a refresh token of Django’s, if tokens %s', (_, isRotating, given) => {
  test('opens one session, and none after a logout', async () => {
    const { token, leave, refusalOf, tables, session } = await immigrant(isRotating, given);
    expect(await refusalOf(token)).toBe('refreshed');
    expect([tables.sessions.size, session()?.sid, session()?.isAdopted]).toEqual([1, sessionIdOf('d'.repeat(32)), true]);
    await leave();
    expect([await refusalOf(token), tables.sessions.size]).toEqual([dead, 0]);
  });

  test('opens none if the user logs out while it is traded in', async () => {
    const { token, leave, refusalOf, tables, needs } = await immigrant(isRotating, given);
    const { adopt } = needs.sessions;
    needs.sessions.adopt = async (...adopting) => {
      await leave();
      return await adopt(...adopting);
    };
    expect([await refusalOf(token), tables.sessions.size]).toEqual([dead, 0]);
  });

  test('opens none if the user logs out right after its session was written', async () => {
    const { token, leave, tables, needs } = await immigrant(isRotating, given);
    const { adopt } = needs.sessions;
    needs.sessions.adopt = async (...adopting) => {
      const outcome = await adopt(...adopting);
      await leave();
      return outcome;
    };
    await quietly(() => refreshSession(needs, token, { address: '', device: '', requestId: 'r' }).catch(() => undefined));
    expect([tables.sessions.size, [...tables.blacklist.keys()].includes(sessionIdOf('d'.repeat(32)))]).toEqual([0, true]);
  });
});
