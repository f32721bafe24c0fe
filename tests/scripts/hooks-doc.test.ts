import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { hookErrors } from '#lib/hooks/check-hooks.ts';
import type { Hooks } from '#lib/hooks/hooks.ts';
import { madeSettings } from '../lib/made-settings.ts';
import { madeUser } from '../lib/users/made-user.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const page = await readFile(`${root}docs/customising.md`, 'utf8');
const example = /```ts\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
const folder = `${root}.build/hooks-example`;
await mkdir(folder, { recursive: true });
await writeFile(`${folder}/hooks.ts`, example);

test('the example in docs/customising.md compiles', async () => {
  await writeFile(`${folder}/tsconfig.json`, JSON.stringify({ extends: '../../tsconfig.json', include: ['hooks.ts'] }));
  const compile = promisify(execFile)(`${root}node_modules/.bin/tsc`, ['-p', folder], { cwd: root });
  await expect(compile).resolves.toMatchObject({ stdout: '' });
});

test('the example in docs/customising.md works without settings, and returns what the page says', async () => {
  const { hooks } = (await import(`${folder}/hooks.ts`)) as { hooks: Hooks };
  expect(hookErrors(madeSettings(), hooks)).toEqual([]);
  const attributes = { nickname: 'ada', money: 12.5 };
  const user = madeUser({ name: '\u{1f600}'.repeat(33), attributes, avatar: undefined });
  const values = await hooks.CLAIMS?.values({ user });
  expect(values).toEqual({ name: '\u{1f600}'.repeat(32), nickname: 'ada', avatar: null, money: 12.5, credit: 0 });
});

test('docs/customising.md lists every hook with its name in simplejwt', async () => {
  const { hooks: declared } = { hooks: await readFile(`${root}lib/hooks/hooks.ts`, 'utf8') };
  const names = [...declared.matchAll(/readonly ([A-Z_]+)\?:/g)].map(([, name]) => name ?? '');
  expect(names.length).toBeGreaterThan(10);
  for (const name of names) expect(page).toContain(`\`${name}\``);
});
