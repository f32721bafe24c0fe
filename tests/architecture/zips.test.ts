import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Architecture, packageStage } from '#local/gateway/packaged.ts';
import { unpacked } from '#local/gateway/unpacked.ts';
import { filterFile } from '../../plugins/breached-filter.ts';
import { deployedFunctions } from './read-service.ts';

/** The packages of sharp, without those for one platform. */
const sharp = ['@img/colour', 'detect-libc', 'semver', 'sharp'];

describe.each<[Architecture, string, string]>([
  ['arm64', 'prod', 'linux-arm64'],
  ['x86_64', 'dev', 'linux-x64'],
])('the zips for %s', (architecture, stage, platform) => {
  it('each have only their own handler, and the one that decodes pictures has sharp for that platform', async () => {
    const { directory } = await packageStage({ stage, architecture });
    for (const { name, definition } of deployedFunctions()) {
      const names = await filesIn(join(directory, `${name}.zip`));
      const file = definition.handler.replace(/\.\w+$/, '.cjs');
      const own = names.filter((path) => !path.startsWith('node_modules/') && path !== filterFile);
      expect(own.sort(), name).toEqual([file, `${file}.map`]);
      const expected = name === 'avatarDecode' ? [`@img/sharp-${platform}`, `@img/sharp-libvips-${platform}`, ...sharp].sort() : [];
      expect(packagesIn(names), name).toEqual(expected);
    }
  });
});

async function filesIn(zip: string): Promise<string[]> {
  const { root } = await unpacked(zip);
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => relative(root, join(parentPath, name)));
}

function packagesIn(names: readonly string[]): string[] {
  return [...new Set(names.flatMap((name) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(name)?.[1] ?? []))].sort();
}
