import { readFileSync } from 'node:fs';
import { isPhrase, type Phrase } from '#lib/wording.ts';

const source = readFileSync(new URL('../../lib/wording.ts', import.meta.url), 'utf8');

/** The names of all sentences. The wording does not export them. */
export const phrases: readonly Phrase[] = [...source.matchAll(/^ {2}(\w+): \[/gm)].map(([, name = '']) => name).filter(isPhrase);
