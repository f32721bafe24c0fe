import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Emulator, localCredentials, makeFolder } from './emulator.ts';
import { listen } from './listen.ts';

type Options = {
  /** Where the objects are kept; without it, in a temporary folder that goes when the emulator does. */
  readonly directory?: string;
  readonly port?: number;
};

/** The parts of s3rver that we use; it comes without types. */
type S3rver = new (
  options: Record<string, unknown>,
) => {
  callback(): Parameters<typeof createServer>[1];
  readonly logger: { close(): void };
};
type Accounts = { readonly DUMMY_ACCOUNT: { createKeyPair(id: string, secret: string): void } };

const load = createRequire(import.meta.url);

/** Starts an S3 on 127.0.0.1, in this process; it knows `localCredentials` and nobody else. It takes any signature of theirs. */
export async function startS3({ directory, port = 0 }: Options = {}): Promise<Emulator> {
  const home = directory ?? mkdtempSync(join(tmpdir(), 'gatehouse-s3-'));
  const tidyUp = () => directory ?? rmSync(home, { recursive: true, force: true });
  process.once('exit', tidyUp);
  makeFolder(home, 'S3');
  const S3rver = load('s3rver') as S3rver;
  const { DUMMY_ACCOUNT } = load('s3rver/lib/models/account.js') as Accounts;
  DUMMY_ACCOUNT.createKeyPair(localCredentials.accessKeyId, localCredentials.secretAccessKey);
  const s3rver = new S3rver({ directory: home, silent: true, vhostBuckets: false });
  const listening = await listen(createServer(s3rver.callback()), port);
  return {
    endpoint: listening.endpoint,
    async stop() {
      await listening.stop();
      s3rver.logger.close();
      process.off('exit', tidyUp);
      tidyUp();
    },
  };
}
