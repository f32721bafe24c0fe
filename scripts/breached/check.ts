import { readFile } from 'node:fs/promises';
import { breachDigest } from '#lib/passwords/breach-digest.ts';
import { openSealedFilter, UnsoundFilter } from '#lib/passwords/breached-filter.ts';
import { breachedPasswordsFile } from '#lib/passwords/breaches.file.ts';
import { Refusal } from '#local/refusal.ts';
import { command } from '../terminal/command.ts';
import { openTerminal } from '../terminal/terminal.ts';

const usage = `Usage: npm run breached -- check [--file <file>] [--json]

Asks for a password without showing it, and says whether the filter has it. About one other password in 1,000 is found by chance.
The password is read from standard input; never from a flag, because every process of the machine can read it.

  --file <file>       by default project/breached-passwords.filter`;

export const check = command({
  usage,
  options: { file: { type: 'string', default: breachedPasswordsFile } },
  words: [],
  async run({ values: { file }, isJson }) {
    const filter = await opened(file);
    const terminal = openTerminal({ input: process.stdin, output: process.stderr });
    try {
      const isListed = filter.has(breachDigest(await terminal.askSecretly('Password: ')));
      if (isJson) console.log(JSON.stringify({ listed: isListed }));
      else console.log(isListed ? 'The filter has this password: it is refused.' : 'The filter does not have this password.');
    } finally {
      terminal.close();
    }
  },
});

async function opened(file: string) {
  try {
    return openSealedFilter(await readFile(file));
  } catch (error) {
    const what = error instanceof UnsoundFilter ? error.message : `cannot be read: ${(error as Error).message}`;
    throw new Refusal(`${file} ${what}`);
  }
}
