import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { settingsPage } from '../../scripts/settings-doc/page.ts';

test('docs/settings.md says what lib/settings.ts says (npm run settings-doc)', async () => {
  expect(await readFile(new URL('../../docs/settings.md', import.meta.url), 'utf8')).toBe(settingsPage());
});
