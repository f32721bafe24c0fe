import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { Refusal } from '#local/refusal.ts';

/** A person at a keyboard. */
export type Terminal = {
  ask(question: string): Promise<string>;
  /** The same, without showing the answer. */
  askSecretly(question: string): Promise<string>;
  tell(line: string): void;
  close(): void;
};

type Streams = { readonly input: NodeJS.ReadableStream; readonly output: NodeJS.WritableStream };

/** Asks on these streams. The end of the input, or Ctrl-C, is a Refusal, and nothing is done. */
export function openTerminal({ input, output }: Streams): Terminal {
  let isHidden = false;
  const echo = new Writable({
    write(chunk, _, done) {
      if (!isHidden) output.write(chunk);
      done();
    },
  });
  const lines = createInterface({ input, output: echo, terminal: true });
  const ended = new Promise<never>((_, reject) => {
    lines.once('close', () => reject(new Refusal('\nNothing was changed.')));
  });
  ended.catch(() => {});
  lines.on('SIGINT', () => lines.close());
  const ask = (question: string) => Promise.race([lines.question(question), ended]);
  return {
    ask,
    async askSecretly(question) {
      output.write(question);
      isHidden = true;
      try {
        return await ask('');
      } finally {
        isHidden = false;
        output.write('\n');
      }
    },
    tell: (line) => void output.write(`${line}\n`),
    close: () => lines.close(),
  };
}
