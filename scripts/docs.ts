import { writeFile } from 'node:fs/promises';
import { apiPage } from './api-doc/page.ts';
import { foldOpenApi } from './openapi/fold.ts';
import { permissionsPage } from './permissions-doc/page.ts';
import { settingsPage } from './settings-doc/page.ts';

/** `npm run docs`: writes what is made from the contracts, the settings and the grants. Tests fail if a committed file is not what this writes. */
const files = {
  'openapi.json': `${JSON.stringify(await foldOpenApi(), null, 2)}\n`,
  'docs/api.md': await apiPage(),
  'docs/permissions.md': await permissionsPage(),
  'docs/settings.md': settingsPage(),
};
for (const [path, text] of Object.entries(files)) {
  await writeFile(new URL(`../${path}`, import.meta.url), text);
  process.stdout.write(`wrote ${path}\n`);
}
