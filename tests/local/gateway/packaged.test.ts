import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { projectWithHooks, stampOf } from '#local/gateway/packaged.ts';

it('packages again if a plugin or one of its imports changes, but not for other files of local/', async () => {
  const project = await projectWithHooks('stamps', 'export {};\n');
  const stampAfter = async (path: string) => {
    await appendFile(join(project, path), '\n');
    return await stampOf('dev', {}, project);
  };
  const before = await stampOf('dev', {}, project);
  expect(await stampAfter('local/gateway/gateway.ts')).toBe(before);
  const plugin = await stampAfter('plugins/cors.ts');
  expect(plugin).not.toBe(before);
  const door = await stampAfter('functions/auth/login.ts');
  expect(door).not.toBe(plugin);
  expect(await stampAfter('local/streams/local-streams.ts')).not.toBe(door);
});
