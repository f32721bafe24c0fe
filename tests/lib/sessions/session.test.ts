import { describe, expect, test } from 'vitest';
import { isOver, judgeReplay, sessionEnd } from '#lib/sessions/session.ts';
import { afterNoon, madeSession } from './made-session.ts';

const session = madeSession({ generation: 5, requestId: 'winner', rotatedBy: 'the browser' });
const judge = (generation: number, { requestId = 'another', by = 'the browser', at = 10, grace = 30, isGone = false } = {}) =>
  judgeReplay(isGone ? undefined : session, { generation, requestId, by }, afterNoon(at), grace);

describe('a refresh token that is not of the current generation', () => {
  test('is a retry if the same request has just rotated, at any time', () => {
    expect(judge(4, { requestId: 'winner' })).toBe('retry');
    expect(judge(4, { requestId: 'winner', at: 3000, grace: 0 })).toBe('retry');
  });

  test('gets the current generation again within the grace, from the client that rotated', () => {
    expect([judge(4), judge(4, { at: 29.999 })]).toEqual(['grace', 'grace']);
  });

  test('gets a generation of its own after the grace, or from another client', () => {
    expect([judge(4, { at: 30 }), judge(4, { at: 3000 }), judge(4, { by: 'a stranger' })]).toEqual(['fork', 'fork', 'fork']);
    expect([judge(4, { grace: 0 }), judge(4, { grace: 0, at: 0 }), judge(4, { grace: 0, at: -0.005 })]).toEqual(['fork', 'fork', 'fork']);
  });

  test('stays good if BLACKLIST_AFTER_ROTATION is off, as long as the session lives', () => {
    for (const generation of [4, 3, 0]) expect(judge(generation, { grace: Number.POSITIVE_INFINITY, at: 3000 })).toBe('grace');
    for (const generation of [5, 6]) expect(judge(generation, { grace: Number.POSITIVE_INFINITY })).toBe('ended');
    expect(judge(0, { grace: Number.POSITIVE_INFINITY, at: 3600 })).toBe('ended');
  });

  test('is theft if it is two behind or more, whichever request presents it', () => {
    for (const generation of [3, 0]) for (const requestId of ['another', 'winner']) expect(judge(generation, { requestId })).toBe('theft');
  });

  test('is theft if a fork discarded it', () => {
    const forked = { ...session, generation: 6, parent: 4 };
    const of = (generation: number) => judgeReplay(forked, { generation, requestId: 'another', by: 'the browser' }, afterNoon(60), 30);
    expect([of(5), of(4), of(3)]).toEqual(['theft', 'fork', 'theft']);
  });

  test('is nothing where it is ahead: no such token was ever made', () => {
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
