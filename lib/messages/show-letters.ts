import { refuseOtherMachines } from '#lib/http/this-machine.ts';
import type { KeptLetter, LetterStore } from './letter-store.ts';

type Needs = { readonly letters: Pick<LetterStore, 'newest'> };

/** The kept letters, for the person at this machine. Throws `permission_denied` for any other caller. */
export async function showLetters({ letters }: Needs, header: (name: string) => string | undefined): Promise<readonly KeptLetter[]> {
  refuseOtherMachines(header);
  return await letters.newest();
}
