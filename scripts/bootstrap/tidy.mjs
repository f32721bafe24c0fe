import { readdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// npm runs this after an installation (`postinstall`). The package "node" has 67 MB of C++ headers for native builds,
// which this project does not need. Nothing depends on this, so an error here is not a failure.
try {
  const folder = fileURLToPath(new URL('../../node_modules/node/node_modules/', import.meta.url));
  for (const name of readdirSync(folder)) {
    if (/^node(-bin)?-(linux|darwin|win|aix|sunos)-\w+$/.test(name)) rmSync(`${folder}${name}/include`, { recursive: true, force: true });
  }
} catch {}
