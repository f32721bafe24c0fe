import type { Letter } from './letter.ts';

/** A letter that was kept instead of sent. */
export type KeptLetter = { readonly letter: Letter; readonly keptAt: Date };

/** The letters that a developer’s machine keeps and does not send. Deployed stages have none: it shows every code. */
export type LetterStore = {
  /** Keeps a letter; a letter with the same id is replaced. */
  keep(kept: KeptLetter): Promise<void>;
  /** The newest 100 letters, newest first. */
  newest(): Promise<readonly KeptLetter[]>;
};
