import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Emulator, localCredentials, makeFolder } from './emulator.ts';
import { listen } from './listen.ts';

type Options = {
  /** The folder of the objects; without it, a temporary folder that is deleted with the emulator. */
  readonly directory?: string;
  readonly port?: number;
};

/** The parts of s3rver that we use; it comes without types. */
type S3rver = new (
  options: Record<string, unknown>,
) => {
  callback(): RequestListener;
  readonly logger: { close(): void };
};
type Accounts = { readonly DUMMY_ACCOUNT: { createKeyPair(id: string, secret: string): void } };

const load = createRequire(import.meta.url);

/**
 * Starts an S3 on 127.0.0.1 in this process. It knows only `localCredentials` and accepts any signature of theirs. Its
 * program is loaded at the first request, which saves 35 MB without pictures.
 */
export async function startS3({ directory, port = 0 }: Options = {}): Promise<Emulator> {
  const home = directory ?? mkdtempSync(join(tmpdir(), 'gatehouse-s3-'));
  const tidyUp = () => directory ?? rmSync(home, { recursive: true, force: true });
  process.once('exit', tidyUp);
  makeFolder(home, 'S3');
  let serving: ReturnType<typeof openS3rver> | undefined;
  const listening = await listen(
    createServer((request, response) => {
      serving ??= openS3rver(home);
      serving.answer(request, response);
    }),
    port,
  );
  return {
    endpoint: listening.endpoint,
    async stop() {
      await listening.stop();
      serving?.close();
      process.off('exit', tidyUp);
      tidyUp();
    },
  };
}

function openS3rver(directory: string) {
  const S3rver = load('s3rver') as S3rver;
  const { DUMMY_ACCOUNT } = load('s3rver/lib/models/account.js') as Accounts;
  DUMMY_ACCOUNT.createKeyPair(localCredentials.accessKeyId, localCredentials.secretAccessKey);
  const s3rver = new S3rver({ directory, silent: true, vhostBuckets: false });
  return { answer: s3rver.callback(), close: () => s3rver.logger.close() };
}
