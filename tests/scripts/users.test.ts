import { execFile } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { scriptEnvironment } from './script-environment.ts';

const script = new URL('../../scripts/users.ts', import.meta.url).pathname;

async function run(...parameters: readonly string[]) {
  return await new Promise<{ code: unknown; output: string; complaint: string }>((done) => {
    execFile(process.execPath, [script, ...parameters], { env: scriptEnvironment() }, (error, output, complaint) =>
      done({ code: error?.code ?? 0, output, complaint }),
    );
  });
}

describe('npm run users', () => {
  test('lists the subcommands, on request or without one, with exit code 2 for the latter', async () => {
    const [asked, silent] = await Promise.all([run('--help'), run()]);
    expect(asked).toEqual({ code: 0, output: expect.stringContaining('Usage: npm run users'), complaint: '' });
    expect(silent).toEqual({ code: 2, output: '', complaint: asked.output });
  });

  test.each(['frobnicate', 'constructor', '--stage'])('refuses the unknown subcommand %s', async (name) => {
    expect(await run(name)).toEqual({ code: 2, output: '', complaint: expect.stringContaining(`Unknown subcommand "${name}".\n`) });
  });
});
