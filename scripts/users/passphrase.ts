import { readFile } from 'node:fs/promises';
import { Refusal } from '#local/refusal.ts';
import { openTerminal } from '../terminal/terminal.ts';

const fewest = 12;

/**
 * The passphrase of a new file: from its file, or typed twice. Throws a Refusal if there is none, or if it is too
 * short.
 */
export async function newPassphrase(file: string | undefined): Promise<string> {
  const passphrase = file === undefined ? await askTwice() : await firstLine(file);
  if ([...passphrase].length >= fewest) return passphrase;
  throw new Refusal(`The passphrase is too short: at least ${fewest} characters, better five words.`);
}

/** The passphrase of an existing file. */
export async function knownPassphrase(file: string | undefined): Promise<string> {
  return file === undefined ? await withTerminal((ask) => ask('Passphrase: ')) : await firstLine(file);
}

async function askTwice(): Promise<string> {
  return await withTerminal(async (ask) => {
    const typed = await ask('Passphrase to seal the password hashes with: ');
    if ((await ask('Passphrase (again): ')) !== typed) throw new Refusal('The two passphrases differ.');
    return typed;
  });
}

async function withTerminal(work: (ask: (question: string) => Promise<string>) => Promise<string>): Promise<string> {
  if (process.stdin.isTTY !== true)
    throw new Refusal('There is no terminal to ask for the passphrase: put it into a file and give --passphrase-file.');
  const terminal = openTerminal({ input: process.stdin, output: process.stderr });
  try {
    return await work(terminal.askSecretly);
  } finally {
    terminal.close();
  }
}

async function firstLine(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new Refusal(`${file} cannot be read: ${error.message}`);
  });
  return text.split(/\r?\n/, 1)[0] ?? '';
}
