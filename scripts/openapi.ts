import { writeFile } from 'node:fs/promises';
import { foldOpenApi } from './openapi/fold.ts';

/** `npm run openapi`: folds every contract into openapi.json. A test holds the committed file against the same fold. */
const path = new URL('../openapi.json', import.meta.url);
await writeFile(path, `${JSON.stringify(await foldOpenApi(), null, 2)}\n`);
process.stdout.write('openapi.json is written from the contracts\n');
