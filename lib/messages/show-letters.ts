import { Problem } from '#lib/problem.ts';
import type { KeptLetter, LetterStore } from './letter-store.ts';

type Needs = { readonly letters: Pick<LetterStore, 'newest'> };

/**
 * The kept letters, for whoever sits at this machine. A page of another origin is refused, whether it asks as itself or by a name that it lets
 * lead here (DNS rebinding): a developer's browser is open to any page. Throws `permission_denied`.
 */
export async function showLetters({ letters }: Needs, header: (name: string) => string | undefined): Promise<readonly KeptLetter[]> {
  const site = header('sec-fetch-site') ?? 'none';
  const isHere = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(header('host') ?? '');
  if (!isHere || header('origin') !== undefined || (site !== 'none' && site !== 'same-origin')) {
    throw new Problem('permission_denied', { reason: 'letters are shown to this machine only' });
  }
  return await letters.newest();
}
