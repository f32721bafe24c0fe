import { writeFile } from 'node:fs/promises';
import { settingsPage } from './settings-doc/page.ts';

/** `npm run settings-doc`: writes docs/settings.md from the catalogue of settings. A test holds the committed page against it. */
await writeFile(new URL('../docs/settings.md', import.meta.url), settingsPage());
process.stdout.write('docs/settings.md is written from lib/settings/catalogue.ts\n');
