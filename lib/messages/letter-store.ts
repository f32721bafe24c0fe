import type { Letter } from './letter.ts';

/** A letter that was kept instead of sent. */
export type KeptLetter = { readonly letter: Letter; readonly keptAt: Date };

/** Where a developer’s machine keeps what it would send. No deployed stage has one: it shows every code to everybody. */
export type LetterStore = {
  /** Keeps a letter; one that is kept already is the same letter. */
  keep(kept: KeptLetter): Promise<void>;
  /** The newest first, as many as a person may want to look at. */
  newest(): Promise<readonly KeptLetter[]>;
};
