import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startChild } from '#local/emulators/child.ts';
import { freePort } from '#local/emulators/free-port.ts';

/** The HTTP API of the sources, on this machine. */
export type SourcesServer = { readonly url: string; stop(): Promise<void> };

const program = fileURLToPath(new URL('../../scripts/start.ts', import.meta.url));

/** Starts `npm start` with a folder of its own; throws with what it said if it ends before it is ready. */
export async function startSources(): Promise<SourcesServer> {
  const [folder, port] = [mkdtempSync(join(tmpdir(), 'quick-')), await freePort()];
  const child = startChild(process.execPath, [program], { env: { PATH: process.env['PATH'], PORT: String(port), LOCAL_DIR: folder } });
  const ready = (async () => {
    while (!child.lastWords().includes('Ctrl-C ends everything')) await once(child.process.stdout ?? child.process, 'data');
    return true;
  })();
  if (!(await Promise.race([ready, child.ended]))) throw new Error(`npm start ended before it was ready:\n${child.lastWords()}`);
  return {
    url: `http://localhost:${port}`,
    async stop() {
      child.process.kill('SIGINT');
      await child.ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
