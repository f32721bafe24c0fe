import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bundling } from '../../plugins/bundles/options.ts';
import { type MadeProject, madeNatives, madeProject } from './made-project.ts';

let project: MadeProject;
beforeEach(async () => {
  project = await madeProject();
});
afterEach(() => project.remove());

const kept = async () => {
  const names = await readdir(join(project.root, '.build', 'bundles'), { recursive: true });
  return names.filter((name) => /\.(zip|json)$/.test(name));
};

describe('a bundle', () => {
  it('is zipped with its handler, its source map and nothing else', async () => {
    const { made } = await project.bundle();
    const folder = await project.unzipped(made.get('functions/leave.ts')?.zip as Buffer);
    expect(await readdir(join(folder, 'functions'))).toEqual(['leave.cjs', 'leave.cjs.map']);
    const { handler } = createRequire(import.meta.url)(join(folder, 'functions/leave.cjs'));
    expect(handler()).toBe('good morninguntil tomorrow');
  });

  it('has a source map that names files as seen from the folder of the project, without their text', async () => {
    const { made } = await project.bundle();
    const folder = await project.unzipped(made.get('functions/greet.ts')?.zip as Buffer);
    const { sources, sourcesContent } = JSON.parse(await readFile(join(folder, 'functions/greet.cjs.map'), 'utf8'));
    const named = sources.map((source: string) => resolve('/functions', source));
    expect(named.sort()).toEqual(['/functions/greet.ts', '/lib/greeting.ts']);
    expect(sourcesContent).toBeUndefined();
  });

  it('has the native packages beside it that it imports, and only those', async () => {
    const { made } = await project.bundle();
    const folder = await project.unzipped(made.get('functions/draw.ts')?.zip as Buffer);
    expect(await readdir(folder)).toEqual(['functions', 'node_modules']);
    expect(await readdir(join(folder, 'node_modules'))).toEqual(['sharp']);
  });

  it('has the same bytes regardless of the other bundles and of the folders of project and packages', async () => {
    const { zips } = await project.bundle();
    const other = await project.copy();
    await rm(join(other, 'node_modules'), { recursive: true });
    await symlink(join(project.root, 'node_modules'), join(other, 'node_modules'));
    for (const entry of project.entries.toReversed()) {
      const alone = await project.bundle({ root: other, entries: [entry] });
      expect(alone.built, entry).toBe(1);
      expect(alone.zips.get(entry), entry).toBe(zips.get(entry));
    }
    await rm(other, { recursive: true });
  });
});

describe('the next time', () => {
  it('nothing is built if nothing has changed, and the zips are the same', async () => {
    const first = await project.bundle();
    const second = await project.bundle();
    expect([first.built, second.built]).toEqual([3, 0]);
    expect(second.zips).toEqual(first.zips);
    expect(second.made.get('functions/leave.ts')?.output).toEqual(first.made.get('functions/leave.ts')?.output);
  });

  it('only bundles that import a changed file are built again', async () => {
    const first = await project.bundle();
    await project.write('lib/greeting.ts', `export const greeting: string = 'good evening';`);
    const second = await project.bundle();
    expect(second.built).toBe(2);
    expect(second.zips.get('functions/draw.ts')).toBe(first.zips.get('functions/draw.ts'));
    expect(second.zips.get('functions/greet.ts')).not.toBe(first.zips.get('functions/greet.ts'));
  });

  it('a file counts even if nothing of it is in the bundle, because it may get an effect', async () => {
    await project.write('lib/silent.ts', 'export const unused = 1;');
    await project.write('functions/greet.ts', `import '#lib/silent.ts'; export const handler = () => 'hello';`);
    await project.bundle();
    await project.write('lib/silent.ts', `globalThis.process.exit(1);`);
    const { built, made } = await project.bundle();
    expect(built).toBe(1);
    expect(Object.keys(made.get('functions/greet.ts')?.output.inputs ?? {})).toContain('lib/silent.ts');
  });

  it.each([
    ['the lock file', 'package-lock.json', '{"packages":{}}', 3],
    ['the description of a package that is in it', 'node_modules/farewell/package.json', '{"module":"bye.js"}', 1],
    ['a file of a package that is in it', 'node_modules/farewell/bye.js', `export const bye = 'soon';`, 1],
    ['a file that is in none', 'lib/unused.ts', 'export {};', 0],
  ])('%s is noticed when it changes', async (_what, path, content, expected) => {
    await project.bundle();
    await project.write(path, content);
    expect((await project.bundle()).built).toBe(expected);
  });

  it('other options build everything again', async () => {
    await project.bundle();
    expect((await project.bundle({ options: { ...bundling, minify: false } })).built).toBe(3);
  });

  it('a file that was changed back needs no build', async () => {
    const before = await project.bundle();
    await project.write('functions/greet.ts', `export const handler = () => 'changed';`);
    await project.bundle();
    await project.write('functions/greet.ts', `import { greeting } from '#lib/greeting.ts'; export const handler = () => greeting;`);
    const after = await project.bundle();
    expect(after.built).toBe(0);
    expect(after.zips).toEqual(before.zips);
  });

  it('another platform builds only what has native packages', async () => {
    await project.bundle();
    const other = await project.bundle({ natives: madeNatives('2') });
    expect(other.built).toBe(1);
    expect((await project.bundle()).built + (await project.bundle({ natives: madeNatives('2') })).built).toBe(0);
  });

  it('a copy of the project with links to its packages and bundles builds only the differences', async () => {
    const first = await project.bundle();
    const other = await project.copy();
    for (const path of ['node_modules', '.build']) {
      await rm(join(other, path), { recursive: true, force: true });
      await symlink(join(project.root, path), join(other, path));
    }
    expect(await project.bundle({ root: other })).toMatchObject({ built: 0, zips: first.zips });
    await writeFile(join(other, 'functions/greet.ts'), `export const handler = () => 'other';`);
    expect((await project.bundle({ root: other })).built).toBe(1);
    await rm(other, { recursive: true });
  });
});

describe('a build that fails', () => {
  it('names file and line, and keeps nothing', async () => {
    await project.write('functions/greet.ts', `\nimport { gone } from '#lib/gone.ts';\nexport const handler = gone;`);
    await project.write('lib/greeting.ts', `export const greeting = ;`);
    const failure = await project.bundle().catch((error: Error) => error);
    expect((failure as Error).message.split('\n').sort()).toEqual([
      'functions/greet.ts:2:22: Could not resolve "#lib/gone.ts"',
      'lib/greeting.ts:1:25: Unexpected ";"',
    ]);
    expect(await kept()).toEqual([]);
  });

  it('is forgotten as soon as the file is correct again', async () => {
    await project.bundle();
    await project.write('lib/greeting.ts', `export const greeting = ;`);
    await expect(project.bundle()).rejects.toThrow('lib/greeting.ts:1:25');
    await project.write('lib/greeting.ts', `export const greeting: string = 'good morning';`);
    expect((await project.bundle()).built).toBe(0);
  });
});

describe('a kept bundle', () => {
  it('is never trusted: after damage to the zip or its description it is built again', async () => {
    const { zips } = await project.bundle();
    for (const damage of ['', '{}', 'PK damaged']) {
      const names = await kept();
      expect(names).toHaveLength(6);
      for (const [at, name] of names.entries()) {
        await writeFile(join(project.root, '.build', 'bundles', name), damage);
        const again = await project.bundle();
        expect([at, name, again.built]).toEqual([at, name, 1]);
        expect(again.zips).toEqual(zips);
        expect((await project.bundle()).built).toBe(0);
      }
    }
  });

  it('is complete even if the process is killed, and the next one continues from there', async () => {
    const { zips } = await project.bundle();
    const other = await project.copy();
    const child = spawn(process.execPath, [
      fileURLToPath(new URL('./never-ending-bundling.ts', import.meta.url)),
      other,
      ...project.entries,
    ]);
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await project.bundle({ root: other })).toMatchObject({ built: 1, zips });
    await rm(other, { recursive: true });
  });

  it('is not disturbed by several processes at the same time', async () => {
    const all = await Promise.all(Array.from({ length: 4 }, () => project.bundle()));
    const [first] = all;
    for (const each of all) expect(each.zips).toEqual(first?.zips);
    expect(await project.bundle()).toMatchObject({ built: 0, zips: first?.zips });
    expect(await kept()).toHaveLength(6);
  });

  it('is not made of a file that was written during the build', async () => {
    const edit = () => project.write('functions/greet.ts', `export const handler = () => 'edited meanwhile';`);
    const editing = { name: 'editing', setup: (build: { onEnd(edit: () => Promise<void>): void }) => build.onEnd(edit) };
    const options = { ...bundling, plugins: [editing] };
    const first = await project.bundle({ options });
    const second = await project.bundle({ options });
    expect(second.zips.get('functions/greet.ts')).not.toBe(first.zips.get('functions/greet.ts'));
    expect(second.zips.get('functions/leave.ts')).toBe(first.zips.get('functions/leave.ts'));
  });

  it('is one of at most six per function, and drafts of dead processes are deleted', async () => {
    const folder = join(project.root, '.build/bundles/functions-greet.ts');
    const [abandoned, fresh] = [join(folder, 'draft-abandoned'), join(folder, 'draft-of-somebody-else')];
    await mkdir(abandoned, { recursive: true });
    await mkdir(fresh);
    await utimes(abandoned, new Date('2020-01-01'), new Date('2020-01-01'));
    for (let day = 0; day < 9; day += 1) {
      await project.write('functions/greet.ts', `export const handler = () => ${day};`);
      await project.bundle();
    }
    const names = await readdir(folder);
    expect(names.filter((name) => name.startsWith('draft-'))).toEqual(['draft-of-somebody-else']);
    expect(names).toHaveLength(7);
    expect((await project.bundle()).built).toBe(0);
  });
});

describe('a file that a source reads at run time', () => {
  const readBy = { 'lib/greeting.ts': 'project/words.bin' };
  const bundle = () => project.bundle({ readBy });
  const greet = 'functions/greet.ts';
  beforeEach(() => project.write('project/words.bin', 'one'));

  it('lies beside exactly the bundles with that source, under its path in the project', async () => {
    const { made } = await bundle();
    for (const entry of project.entries) {
      const folder = await project.unzipped(made.get(entry)?.zip as Buffer);
      const text = await readFile(join(folder, 'project/words.bin'), 'utf8').catch(() => 'none');
      expect(text, entry).toBe(entry === 'functions/draw.ts' ? 'none' : 'one');
    }
  });

  it('is not beside a bundle in which nothing of that source is left', async () => {
    await project.write(greet, `import { greeting } from '#lib/greeting.ts'; export const handler = () => 1;`);
    const { made } = await bundle();
    expect(await readdir(await project.unzipped(made.get(greet)?.zip as Buffer))).toEqual(['functions']);
  });

  it('has its bundles built again if it changes, and no others', async () => {
    const first = await bundle();
    expect([(await bundle()).built, await project.write('project/words.bin', 'two')]).toEqual([0, undefined]);
    const second = await bundle();
    expect([first.built, second.built]).toEqual([3, 2]);
    expect(second.zips.get(greet)).not.toBe(first.zips.get(greet));
  });

  it('is in no bundle that was kept without it, and in none once it is no longer asked for', async () => {
    const without = await project.bundle();
    const withFile = await bundle();
    expect([withFile.built, withFile.zips.get(greet) === without.zips.get(greet)]).toEqual([2, false]);
    const again = await project.bundle();
    expect([again.built, again.zips]).toEqual([0, without.zips]);
  });

  it('ends the packaging if it is missing', async () => {
    await rm(join(project.root, 'project/words.bin'));
    await expect(bundle()).rejects.toThrow('project/words.bin');
  });
});

it('a bundle knows its folder as its source does', async () => {
  await project.write('functions/greet.ts', 'export const handler = () => import.meta.dirname;');
  const { made } = await project.bundle();
  const folder = await project.unzipped(made.get('functions/greet.ts')?.zip as Buffer);
  expect(createRequire(import.meta.url)(join(folder, 'functions/greet.cjs')).handler()).toBe(join(folder, 'functions'));
});
