import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { settingsPage } from '../../scripts/settings-doc/page.ts';
import { settingTexts } from '../../scripts/settings-doc/texts.ts';

test('docs/settings.md matches lib/settings/catalogue.ts (npm run docs)', async () => {
  expect(await readFile(new URL('../../docs/settings.md', import.meta.url), 'utf8')).toBe(settingsPage());
});

test('each setting has a sentence', () => {
  for (const { effect } of Object.values(settingTexts)) expect(effect).toMatch(/^\p{Lu}.+\.$/u);
});
