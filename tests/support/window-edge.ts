import { setTimeout as pause } from 'node:timers/promises';

const windowSeconds = 15 * 60;

/**
 * Waits until the next `seconds` lie in one window of every limit (all windows are a quarter of an hour or a multiple of it): a test that
 * counts tries on both sides of an edge would count twice as many.
 */
export async function awayFromWindowEdge(seconds: number): Promise<void> {
  const left = windowSeconds - ((Date.now() / 1000) % windowSeconds);
  if (left < seconds) await pause(left * 1000 + 50);
}
