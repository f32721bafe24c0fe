import type { Sender } from './sender.ts';

/** The sender of a channel that the stage has not set up: it refuses every letter with the reason. */
export function refuseLetters(reason: string): Sender {
  return { knowsRepeats: true, send: async () => ({ refused: reason }) };
}
