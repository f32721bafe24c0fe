import { describe, expect, test } from 'vitest';
import { watchSignIns } from '#lib/sign-in/watch-sign-ins.ts';
import { madeSettings } from '../made-settings.ts';
import { afterNoon, madeSession, noon } from '../sessions/made-session.ts';
import { madeService } from '../users/made-service.ts';
import { madeUser } from '../users/made-user.ts';

const sending = { EMAIL_SENDER: 'outbox' } as const;
const client = { address: '192.0.2.1', device: 'Browser/12.1 (X11)', requestId: 'request-1' };
const counted = (count: number, max = 10) => ({ name: 'login-account', key: 'key', count, max, windowSeconds: 900 });

function made(settings: Record<string, string> = sending) {
  const { sessions } = madeService();
  const watch = watchSignIns(madeSettings(settings), sessions);
  const account = madeUser({ email: 'Ann@Example.com', isEmailVerified: true });
  const notice = (given: object = {}) =>
    watch?.noticeOf({ user: account, client, language: 'en', now: noon, devices: [], tries: counted(1), ...given });
  return { sessions, watch, account, notice, told: (given: object = {}) => notice(given)?.template };
}

describe('a user who signs in', () => {
  test('on a new device gets a notice by e-mail, without any text from the device', () => {
    const { notice, account } = made();
    expect(notice({ devices: ['Telephone/3'], language: 'zh-CN' })).toEqual({
      ...{
        id: expect.stringMatching(/^[\da-f-]{36}$/),
        channel: 'email',
        to: 'ann@example.com',
        template: 'new-device',
        purpose: 'notice',
      },
      ...{ language: 'zh-CN', values: { address: '192.0.2.1' }, userId: account.id, at: noon, expiresAt: afterNoon(86_400) },
    });
  });

  test('on a known or updated device, or for the first time, gets no notice', () => {
    const { told } = made();
    const known = [['Browser/12.1 (X11)'], ['Browser/11.97 (X11)'], ['Telephone/3', 'Browser/12.1 (X11)'], []];
    expect(known.map((devices) => told({ devices }))).toEqual(Array(4).fill(undefined));
    expect(told({ devices: ['Browser/12.1 (Mac)'] })).toBe('new-device');
    expect(told({ devices: [''] })).toBe('new-device');
  });

  test('after half of the allowed wrong tries gets a notice of those, and no other', () => {
    const { told } = made();
    const after = (count: number, max = 10) => told({ tries: counted(count, max), devices: ['Telephone/3'] });
    expect([after(1), after(5), after(6), after(10)]).toEqual(['new-device', 'new-device', 'suspicious-sign-in', 'suspicious-sign-in']);
    expect([after(2, 3), after(3, 3), after(1, 1)]).toEqual(['new-device', 'suspicious-sign-in', 'new-device']);
    expect(told({ tries: undefined })).toBeUndefined(); // no limit, no count
  });

  test('gets notices at a proved address only, because an unproved one may belong to someone else', () => {
    const { told, account } = made();
    expect(told({ devices: ['Telephone/3'], user: { ...account, isEmailVerified: false } })).toBeUndefined();
    expect(told({ devices: ['Telephone/3'], user: { ...account, email: '', isEmailVerified: true } })).toBeUndefined();
  });

  test('has the devices of the existing sessions; with a hundred sessions no device is new', async () => {
    const { sessions, watch } = made();
    for (const device of ['Telephone/3', 'Browser/12']) await sessions.add(madeSession({ userId: 'ann', device }));
    expect((await watch?.devicesOf('ann'))?.toSorted()).toEqual(['Browser/12', 'Telephone/3']);
    for (let count = 0; count < 98; count += 1) await sessions.add(madeSession({ userId: 'ann' }));
    expect(await watch?.devicesOf('ann')).toEqual([]);
  });
});

describe('the watch of sign-ins', () => {
  test('is off on a stage without e-mail or without these notices', () => {
    expect(made({}).watch).toBeUndefined();
    expect(made({ ...sending, NOTICES: '' }).watch).toBeUndefined();
    expect(made({ ...sending, NOTICES: 'password-changed' }).watch).toBeUndefined();
  });

  test('reads no session if only tries are reported', async () => {
    const { sessions, watch, told } = made({ ...sending, NOTICES: 'suspicious-sign-in' });
    await sessions.add(madeSession({ userId: 'ann' }));
    expect([await watch?.devicesOf('ann'), told({ devices: ['Telephone/3'] }), told({ tries: counted(6) })]).toEqual([
      ...[[], undefined, 'suspicious-sign-in'],
    ]);
  });

  test('ignores tries if only devices are reported', () => {
    const { told } = made({ ...sending, NOTICES: 'new-device' });
    expect([told({ tries: counted(6) }), told({ tries: counted(6), devices: ['Telephone/3'] })]).toEqual([undefined, 'new-device']);
  });
});
