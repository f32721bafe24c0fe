import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { permissionsPage } from '../../scripts/permissions-doc/page.ts';

test('docs/permissions.md matches functions.yml and functions/rows.yml (npm run docs)', async () => {
  expect(await readFile(new URL('../../docs/permissions.md', import.meta.url), 'utf8')).toBe(await permissionsPage());
});

test('the page says which columns and keys a function may write', async () => {
  const rows = (await permissionsPage()).split('\n');
  expect(rows).toContain('| avatarUpload | `users` | `UpdateItem` | `id`, `avatar`, `avatar_before` |  |');
  expect(rows).toContain('| avatarUpload | `short-lived` | `BatchGetItem`, `UpdateItem` |  | `throttle#avatar*` |');
  expect(rows).toContain('| avatarUpload | `avatarDecode` | `InvokeFunction` |  |  |');
  expect(rows).toContain('| avatarDecode | – | – |  |  |');
  expect(rows).toContain('| health | – | – |  |  |');
});
