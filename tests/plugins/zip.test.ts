import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { zip } from '../../plugins/bundles/zip.ts';

const file = (name: string, text: string) => ({ name, content: new TextEncoder().encode(text) });

it('the same files make the same bytes in any order', async () => {
  const [one, other] = [file('b/two.cjs', 'two'), file('a.cjs', 'one')];
  expect(await zip([one, other])).toEqual(await zip([other, one]));
});

it('the bytes do not depend on the time zone of the machine', async () => {
  const program = `import { zip } from ${JSON.stringify(new URL('../../plugins/bundles/zip.ts', import.meta.url).href)};
    process.stdout.write((await zip([{ name: 'a', content: new Uint8Array(9) }])).toString('hex'));`;
  const inZone = async (TZ: string) =>
    (await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], { env: { TZ } })).stdout;
  expect(await inZone('Pacific/Auckland')).toBe(await inZone('America/Los_Angeles'));
});

it('a name outside of the archive is refused', async () => {
  await expect(zip([file('../outside', '')])).rejects.toThrow('invalid relative path');
});
