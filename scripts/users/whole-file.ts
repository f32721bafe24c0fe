import { once } from 'node:events';
import { createWriteStream, existsSync, rmSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { Refusal } from '#local/refusal.ts';

/** A file that appears under its name only when it is complete; or standard output. */
export type WholeFile = {
  write(text: string): Promise<void>;
  /** Everything is written: gives the file its name. */
  keep(): Promise<void>;
  /** Deletes what was written; does nothing after `keep`. */
  discard(): void;
};

/**
 * Starts a file under another name, readable only by its owner, because it holds hashes. `-` is standard output. Throws
 * a Refusal if the name is taken or the file cannot be written.
 */
export async function beginFile(file: string): Promise<WholeFile> {
  if (file === '-') return toStandardOutput();
  if (existsSync(file)) throw new Refusal(`${file} already exists: name another file, or delete it.`);
  const draft = `${file}.${process.pid}.part`;
  // Before the file exists: an end right after its creation must delete it.
  process.once('exit', () => rmSync(draft, { force: true }));
  process.once('SIGINT', () => process.exit(130));
  process.once('SIGTERM', () => process.exit(143));
  const stream = createWriteStream(draft, { flags: 'wx', mode: 0o600, flush: true });
  const ended = finished(stream);
  ended.catch(() => {});
  const cannot = (error: unknown) => new Refusal(`${file} cannot be written: ${(error as Error).message}`);
  await Promise.race([once(stream, 'open'), ended]).catch((error) => {
    throw cannot(error);
  });
  const discard = () => {
    stream.destroy();
    rmSync(draft, { force: true });
  };
  return {
    async write(text) {
      try {
        if (!stream.write(text)) await Promise.race([once(stream, 'drain'), ended]);
      } catch (error) {
        throw cannot(error);
      }
    },
    async keep() {
      try {
        stream.end();
        await ended;
        await rename(draft, file);
      } catch (error) {
        throw cannot(error);
      }
    },
    discard,
  };
}

function toStandardOutput(): WholeFile {
  const { stdout } = process;
  const broken = new Promise<never>((_, reject) => {
    stdout.once('error', (error) => reject(new Refusal(`Standard output was closed: ${error.message}`)));
  });
  broken.catch(() => {});
  return {
    async write(text) {
      if (!stdout.write(text)) await Promise.race([once(stdout, 'drain'), broken]);
    },
    async keep() {},
    discard() {},
  };
}
