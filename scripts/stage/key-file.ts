import { readFile } from 'node:fs/promises';
import { keyFrom } from '#local/given-key.ts';
import { Refusal } from '#local/refusal.ts';

/**
 * The key in a file, converted by `given`. Throws a Refusal that names the file if it cannot be read or the key cannot
 * be used.
 */
export async function keyInFile(file: string, given: (text: string) => Promise<string>): Promise<string> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new Refusal(`${file} cannot be read: ${error.message}`);
  });
  return await keyFrom(file, given(text));
}
