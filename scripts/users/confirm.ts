import { Refusal } from '#local/refusal.ts';
import { openTerminal, type Terminal } from '../terminal/terminal.ts';

type Asking = Pick<Terminal, 'tell' | 'ask'>;

/** Throws a Refusal unless the person at the terminal is sure; `what` is named if there is no terminal to ask at. */
export async function refuseUnlessSure(what: string, isSure: (terminal: Asking) => Promise<boolean>): Promise<void> {
  if (process.stdin.isTTY !== true) throw new Refusal(`There is no terminal to confirm ${what}: give --yes.`);
  const terminal = openTerminal({ input: process.stdin, output: process.stderr });
  try {
    if (!(await isSure(terminal))) throw new Refusal('Nothing was changed.');
  } finally {
    terminal.close();
  }
}
