import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { apiPage } from '../../scripts/api-doc/page.ts';

test('docs/api.md says what the contracts say (npm run docs)', async () => {
  expect(await readFile(new URL('../../docs/api.md', import.meta.url), 'utf8')).toBe(await apiPage());
});
