import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Framework } from '../../plugins/framework.ts';
import PackagingPlugin from '../../plugins/packaging.ts';
import { filterOf } from '../support/made-filter.ts';
import { type MadeProject, madeProject } from './made-project.ts';

class Refusal extends Error {}

let project: MadeProject;
let said: string[];
beforeEach(async () => {
  project = await madeProject();
  said = [];
});
afterEach(() => project.remove());

/** A service as the framework hands it to the plugin: two functions of one file, and one of another. */
function plugin(options: Record<string, unknown> = {}, environment: Record<string, unknown> = {}) {
  const functions = {
    greet: { handler: 'functions/greet.handler' },
    greetAgain: { handler: 'functions/greet.handler', package: {} },
    leave: { handler: 'functions/leave.handler' },
  };
  const serverless = {
    serviceDir: project.root,
    processedInput: { commands: ['package'], options },
    classes: { Error: Refusal },
    service: { functions, provider: { architecture: 'arm64', environment } },
  };
  const log = { notice: (text: string) => void said.push(text) };
  return { functions, hooks: new PackagingPlugin(serverless as unknown as Framework, {}, { log }).hooks };
}

it('a stage gets a zip for each function, and the framework uses them', async () => {
  const { functions, hooks } = plugin();
  await hooks['before:package:createDeploymentArtifacts']?.();
  expect(functions).toMatchObject({
    greet: { package: { artifact: '.serverless/greet.zip' } },
    greetAgain: { package: { artifact: '.serverless/greetAgain.zip' } },
    leave: { package: { artifact: '.serverless/leave.zip' } },
  });
  const zip = (name: string) => readFile(join(project.root, '.serverless', `${name}.zip`));
  expect(await zip('greet')).toEqual(await zip('greetAgain'));
  expect(await zip('greet')).not.toEqual(await zip('leave'));
});

it('a function that is deployed alone is packaged alone', async () => {
  const { functions, hooks } = plugin({ function: 'leave' });
  await hooks['before:package:function:package']?.();
  expect(await readdir(join(project.root, '.serverless'))).toEqual(['leave.zip']);
  expect(functions.leave).toMatchObject({ package: { artifact: '.serverless/leave.zip' } });
});

it('shows the number of bundles to build', async () => {
  const bundle = () => plugin().hooks['before:package:createDeploymentArtifacts']?.();
  await bundle();
  await bundle();
  await project.write('node_modules/farewell/bye.js', `export const bye = 'soon';`);
  await bundle();
  expect(said).toEqual(['Bundling 2 functions', 'Bundling 0 functions (2 unchanged)', 'Bundling 1 function (1 unchanged)']);
});

it('ends with file and line if a function does not build', async () => {
  await project.write('lib/greeting.ts', 'export const greeting = ;');
  const failure = await plugin()
    .hooks['before:package:createDeploymentArtifacts']?.()
    .catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(Refusal);
  expect((failure as Error).message).toBe('Bundling failed:\nlib/greeting.ts:1:25: Unexpected ";"');
});

describe('a stage with BREACHED_PASSWORDS: file', () => {
  const filter = 'project/breached-passwords.filter';
  const bundle = async (value: string) => {
    const { hooks } = plugin({}, { BREACHED_PASSWORDS: value });
    return await hooks['before:package:createDeploymentArtifacts']?.().then(
      () => 'packaged',
      (error: Error) => (error instanceof Refusal ? error.message : expect.unreachable(error.message)),
    );
  };
  const mended = ', and BREACHED_PASSWORDS: file needs it: make it with `npm run breached -- build FILE`.';
  beforeEach(async () => {
    await project.write('lib/passwords/breaches.file.ts', `export const file = 'project';`);
    await project.write('functions/greet.ts', `import { file } from '#lib/passwords/breaches.file.ts'; export const handler = () => file;`);
  });

  it('has the filter in the zips of the functions that look in it', async () => {
    const bytes = filterOf('violet kettle under a roof');
    await project.write(filter, bytes);
    expect(await bundle('file')).toBe('packaged');
    const found = async (name: string) => {
      const folder = await project.unzipped(await readFile(join(project.root, '.serverless', `${name}.zip`)));
      return await readFile(join(folder, filter)).catch(() => undefined);
    };
    expect([await found('greet'), await found('greetAgain'), await found('leave')]).toEqual([bytes, bytes, undefined]);
    expect([await bundle('range'), await found('greet')]).toEqual(['packaged', undefined]);
  });

  it('is not packaged without a sound filter, and the error names the command', async () => {
    expect(await bundle('file')).toBe(`${filter} is missing${mended}`);
    await project.write(filter, 'a list of passwords');
    expect(await bundle('file')).toBe(`${filter} is no filter of breached passwords${mended}`);
    await project.write(filter, filterOf('violet kettle under a roof').subarray(0, -1));
    expect(await bundle('file')).toBe(`${filter} is damaged${mended}`);
    expect(await readdir(project.root)).not.toContain('.serverless');
    expect([await bundle('off'), await bundle('range')]).toEqual(['packaged', 'packaged']);
  });
});
