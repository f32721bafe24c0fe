import type { Sender } from './sender.ts';

/** The sender of a stage that has none: says so of every letter. */
export function refuseLetters(reason: string): Sender {
  return { knowsRepeats: true, send: async () => ({ refused: reason }) };
}
