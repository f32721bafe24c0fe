import type { LetterStore } from './letter-store.ts';
import { isAddress } from './message.ts';
import type { Sender } from './sender.ts';

type Needs = { readonly letters: Pick<LetterStore, 'keep'>; readonly now: () => Date };

/** The sender on a developer's machine: it keeps letters for the page that shows them. */
export function keepLetters({ letters, now }: Needs): Sender {
  return {
    knowsRepeats: true,
    async send(letter) {
      if (!isAddress(letter.channel, letter.to)) return { refused: 'no address' };
      await letters.keep({ letter, keptAt: now() });
      return 'sent';
    },
  };
}
