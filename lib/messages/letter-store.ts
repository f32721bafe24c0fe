import type { Letter } from './letter.ts';

/** A letter that was kept instead of sent. */
export type KeptLetter = { readonly letter: Letter; readonly keptAt: Date };

/**
 * Where a developer’s machine keeps the letters it would send. No deployed stage has one, because it shows every code.
 */
export type LetterStore = {
  /** Keeps a letter; a letter with the same id is replaced. */
  keep(kept: KeptLetter): Promise<void>;
  /** The newest 100 letters, newest first. */
  newest(): Promise<readonly KeptLetter[]>;
};
