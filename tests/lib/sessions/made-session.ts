import { randomId } from '#lib/ids.ts';
import type { Session } from '#lib/sessions/session.ts';

/** The noon when the tests' sessions open; in the future, because DynamoDB Local deletes expired rows too. */
export const noon = new Date('2099-05-01T12:00:00.000Z');
const opened = noon.getTime() / 1000;

/** A session opened at noon, for an hour without a refresh and a day in all, with changes. */
export function madeSession(given: Partial<Session> = {}): Session {
  return {
    userId: randomId(),
    sid: randomId(),
    generation: 0,
    jti: randomId(),
    epoch: 0,
    rotatedAtMs: noon.getTime(),
    requestId: randomId(),
    parent: (given.generation ?? 0) - 1,
    rotatedBy: 'the first client',
    idleSeconds: 3600,
    isRemembered: false,
    expiresAt: opened + 3600,
    endsAt: opened + 86_400,
    openedAt: opened,
    device: 'a telephone',
    address: '192.0.2.1',
    ...given,
  };
}

/** The instant that many seconds after noon. */
export const afterNoon = (seconds: number) => new Date(noon.getTime() + seconds * 1000);
