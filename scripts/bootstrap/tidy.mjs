import { readdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// npm runs this after it has installed (`postinstall`). The package "node" brings 67 MB of C++ headers along with its binary, for native
// packages that are built; here none is. Nothing depends on this, so nothing that goes wrong is a failure.
try {
  const folder = fileURLToPath(new URL('../../node_modules/node/node_modules/', import.meta.url));
  for (const name of readdirSync(folder)) {
    if (/^node(-bin)?-(linux|darwin|win|aix|sunos)-\w+$/.test(name)) rmSync(`${folder}${name}/include`, { recursive: true, force: true });
  }
} catch {}
