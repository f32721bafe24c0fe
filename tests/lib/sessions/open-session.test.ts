import { maxLength, pipe, string } from 'valibot';
import { describe, expect, test } from 'vitest';
import { hookErrors } from '#lib/hooks/check-hooks.ts';
import { fields } from '#lib/hooks/fields.ts';
import { sessionOpener } from '#lib/sessions/open-session.ts';
import { personalClaims } from '#lib/tokens/personal.ts';
import { tokenRules } from '#lib/tokens/token-rules.ts';
import { madeSettings } from '../made-settings.ts';
import { client } from '../users/made-service.ts';
import { noon } from './made-session.ts';
import { claimsOf, madeSignIn } from './made-sign-in.ts';

const second = noon.getTime() / 1000;

describe('a sign-in', () => {
  test('gives a valid pair', async () => {
    const { first, holds } = await madeSignIn();
    expect([await holds(first.access), await holds(first.refresh), first.expiresInSeconds]).toEqual([true, true, 300]);
  });

  test('gives tokens that name the user, the session and their end', async () => {
    const { first, user, session } = await madeSignIn();
    const common = { iat: second, user_id: user.id, sid: session()?.sid, epoch: 1 };
    expect(claimsOf(first.access)).toEqual({
      ...common,
      token_type: 'access',
      roles: [],
      ability: [],
      exp: second + 300,
      jti: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    expect(claimsOf(first.refresh)).toEqual({ ...common, token_type: 'refresh', exp: second + 3600, jti: session()?.jti, generation: 0 });
    expect(claimsOf(first.access)['jti']).not.toBe(claimsOf(first.refresh)['jti']);
  });

  test('stores the user, the client and how long it lasts', async () => {
    const { session, user } = await madeSignIn();
    expect(session()).toMatchObject({ userId: user.id, generation: 0, epoch: 1, device: client.device, address: client.address });
    expect(session()).toMatchObject({ openedAt: second, idleSeconds: 3600, expiresAt: second + 3600, endsAt: second + 86_400 });
  });

  test('lasts longer if it is remembered', async () => {
    const { first, session } = await madeSignIn({ isRemembered: true });
    expect([session()?.idleSeconds, claimsOf(first.refresh)['exp']]).toEqual([7200, second + 7200]);
  });

  test('gives no token that outlives its session', async () => {
    const { first } = await madeSignIn({ sessionSeconds: 100 });
    expect([claimsOf(first.access)['exp'], claimsOf(first.refresh)['exp'], first.expiresInSeconds]).toEqual([
      second + 100,
      second + 100,
      100,
    ]);
  });

  test('opens its own session, even if the user signs in twice at once', async () => {
    const { needs, user, tables } = await madeSignIn();
    await Promise.all([1, 2].map(() => sessionOpener(needs)({ user, client, isRemembered: false })));
    expect(new Set([...tables.sessions.values()].map(({ sid }) => sid)).size).toBe(3);
  });

  test('that cannot be stored gives no tokens', async () => {
    const { needs, user } = await madeSignIn();
    const sessions = { add: async () => Promise.reject(new Error('no table')) };
    await expect(sessionOpener({ ...needs, sessions })({ user, client, isRemembered: false })).rejects.toThrow('no table');
  });
});

describe('if roles are not looked up', () => {
  const lazy = madeSettings({ REVOCATION_CHECK: 'lazy' });
  const more = { rules: tokenRules(lazy), ...personalClaims(lazy, {}) };

  test('access tokens have them, and refresh tokens do not', async () => {
    const { first: carrying } = await madeSignIn({ more });
    expect(claimsOf(carrying.access)['roles']).toEqual(['editor']);
    expect(claimsOf(carrying.refresh)).not.toHaveProperty('roles');
  });

  test('too many roles for a token are an error, and no token is made that would be refused', async () => {
    const { needs, user, holds } = await madeSignIn({ more });
    const open = async (roles: readonly string[]) => await sessionOpener(needs)({ user: { ...user, roles }, client, isRemembered: false });
    expect(await holds((await open(['x'.repeat(508)])).access)).toBe(true);
    for (const roles of [['x'.repeat(509)], ['é'.repeat(255)]])
      await expect(open(roles)).rejects.toThrow('take more than 512 bytes of a token');
  });

  test('a project’s claim cannot have that name, and a token still fits', () => {
    for (const name of ['roles', 'ability']) {
      const custom = fields({ [name]: pipe(string(), maxLength(9)) }, async () => ({ [name]: 'mine' }));
      expect(hookErrors(madeSettings(), { CLAIMS: custom })).toEqual([expect.stringContaining(`CLAIMS in hooks.ts cannot have ${name}`)]);
    }
    expect(hookErrors(madeSettings(), {})).toEqual([]);
  });
});
