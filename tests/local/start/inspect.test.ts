import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '#local/emulators/free-port.ts';
import { copyProject, type ProjectCopy } from '../../support/project-copy.ts';
import { type Started, startProject } from '../../support/started.ts';

describe('npm start -- --inspect', { timeout: 300_000 }, () => {
  let project: ProjectCopy;
  let started: Started;
  let port: number;
  const targets = async () => await (await fetch(`http://127.0.0.1:${port}/json/list`)).json();

  beforeAll(async () => {
    project = copyProject();
    port = await freePort();
    started = await startProject({ project: project.folder, flags: [`--inspect=${port}`] });
  }, 300_000);
  afterAll(async () => {
    await started?.stop();
    project?.remove();
  });

  it('allows a debugger into the functions, and after an edit again at the same port', async () => {
    await started.shows(`Debugger listening on ws://127.0.0.1:${port}/`);
    expect(await targets()).toMatchObject([{ webSocketDebuggerUrl: expect.stringContaining(`127.0.0.1:${port}`) }]);
    const from = started.output().length;
    project.edit('lib/wording.ts', 'No active account found', 'Nobody found');
    await started.shows('serves again', from);
    await started.shows(`Debugger listening on ws://127.0.0.1:${port}/`, from);
    expect(await targets()).toHaveLength(1);
  });

  it('has no time-outs, because a breakpoint may stop a function', async () => {
    const from = started.output().length;
    // Longer than the 3 s this function has.
    project.write(
      'functions/meta/health.ts',
      'export const handler = async () => { await new Promise((done) => setTimeout(done, 3500)); return { statusCode: 200, body: "late" }; };\n',
    );
    await started.shows('serves again', from);
    expect(await (await fetch(`${started.url}/health/`)).text()).toBe('late');
  });
});
