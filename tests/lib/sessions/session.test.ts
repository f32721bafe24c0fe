import { describe, expect, test } from 'vitest';
import { isOver, judgeReplay, sessionEnd } from '#lib/sessions/session.ts';
import { afterNoon, madeSession } from './made-session.ts';

const session = madeSession({ generation: 5, requestId: 'winner' });
const judge = (generation: number, { requestId = 'another', at = 10, grace = 30, isGone = false } = {}) =>
  judgeReplay(isGone ? undefined : session, { generation, requestId }, afterNoon(at), grace);

describe('a refresh token that is not of the current generation', () => {
  test('is a retry if the same request has just rotated, however long ago', () => {
    expect(judge(4, { requestId: 'winner' })).toBe('retry');
    expect(judge(4, { requestId: 'winner', at: 3000, grace: 0 })).toBe('retry');
  });

  test('passes within the grace, if it is one behind', () => {
    expect([judge(4), judge(4, { at: 29.999 }), judge(4, { at: 30 }), judge(4, { at: 3000 })]).toEqual([
      'grace',
      'grace',
      'theft',
      'theft',
    ]);
  });

  test('passes while the session lives, if spent tokens stay valid', () => {
    for (const generation of [4, 3, 0]) expect(judge(generation, { grace: Number.POSITIVE_INFINITY, at: 3000 })).toBe('grace');
    for (const generation of [5, 6]) expect(judge(generation, { grace: Number.POSITIVE_INFINITY })).toBe('ended');
    expect(judge(0, { grace: Number.POSITIVE_INFINITY, at: 3600 })).toBe('ended');
  });

  test('is theft at once if there is no grace', () => {
    expect([judge(4, { grace: 0 }), judge(4, { grace: 0, at: 0 })]).toEqual(['theft', 'theft']);
  });

  test('is theft at once if there is no grace, also if the clock of this machine is a little behind', () => {
    expect(judge(4, { grace: 0, at: -0.005 })).toBe('theft');
  });

  test('is theft if it is two behind or more, for any request', () => {
    for (const generation of [3, 0]) for (const requestId of ['another', 'winner']) expect(judge(generation, { requestId })).toBe('theft');
  });

  test('is ended if it is ahead, because no such token was made', () => {
    for (const generation of [6, 1000]) expect(judge(generation)).toBe('ended');
  });

  test('is ended if the session is over or gone', () => {
    expect(judge(4, { isGone: true })).toBe('ended');
    expect([judge(4, { at: 3600 }), judge(0, { at: 86_400 })]).toEqual(['ended', 'ended']);
  });
});

test('a session is over at the end of its idle time or its own end, whichever is first, to the second', () => {
  const [idle, old] = [madeSession(), madeSession({ expiresAt: madeSession().endsAt + 5 })];
  expect([sessionEnd(idle), sessionEnd(old)]).toEqual([idle.expiresAt, old.endsAt]);
  expect([isOver(idle, afterNoon(3599.999)), isOver(idle, afterNoon(3600))]).toEqual([false, true]);
  expect([isOver(old, afterNoon(86_399.999)), isOver(old, afterNoon(86_400))]).toEqual([false, true]);
});
