import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { settingsPage } from '../../scripts/settings-doc/page.ts';
import { settingTexts } from '../../scripts/settings-doc/texts.ts';

test('docs/settings.md says what lib/settings/catalogue.ts says (npm run docs)', async () => {
  expect(await readFile(new URL('../../docs/settings.md', import.meta.url), 'utf8')).toBe(settingsPage());
});

test('settings each say what they do, in a sentence', () => {
  for (const { effect } of Object.values(settingTexts)) expect(effect).toMatch(/^\p{Lu}.+\.$/u);
});
