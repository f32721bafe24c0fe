import { beforeAll, describe, expect, test } from 'vitest';
import { newPictureName } from '#lib/avatars/picture-name.ts';
import type { ListedPicture, PictureStore } from '#lib/avatars/picture-store.ts';

/** The promises of every store of pictures, in memory or in a bucket. */
export function promisesOfPictureStore(kind: string, start: () => Promise<PictureStore>): void {
  describe(`pictures in ${kind}`, () => {
    let pictures: PictureStore;
    beforeAll(async () => {
      pictures = await start();
    });
    const listed = async (prefix: string, after?: string): Promise<ListedPicture[]> => await Array.fromAsync(pictures.list(prefix, after));
    const names = async (prefix: string, after?: string) => (await listed(prefix, after)).map(({ name }) => name);

    test('a picture is returned byte by byte, with its size and its owner', async () => {
      const name = newPictureName();
      const bytes = Uint8Array.from({ length: 100_000 }, (_, index) => (index * 31) & 255);
      await pictures.put(name, bytes, '0199-user');
      expect(Buffer.compare((await pictures.get(name)) ?? Buffer.alloc(0), bytes)).toBe(0);
      expect(await pictures.note(name)).toEqual({ byteLength: 100_000, owner: '0199-user' });
    });

    test('a part of a larger buffer is stored as that part', async () => {
      const name = newPictureName();
      await pictures.put(name, Buffer.from('--picture--').subarray(2, 9), 'somebody');
      expect(Buffer.from((await pictures.get(name)) ?? []).toString()).toBe('picture');
    });

    test('an owner may have any id that an imported user has', async () => {
      for (const owner of ['17', 'jürgen müller', '用户', 'a/b?c=d%20&é', ' padded ']) {
        const name = newPictureName();
        await pictures.put(name, Buffer.from('x'), owner);
        expect((await pictures.note(name))?.owner).toBe(owner);
      }
    });

    test('a missing picture is undefined, and removing it is no error', async () => {
      const name = newPictureName();
      expect(await pictures.get(name)).toBeUndefined();
      expect(await pictures.note(name)).toBeUndefined();
      await expect(pictures.remove(name)).resolves.toBeUndefined();
    });

    test('a removed picture is gone, and the others stay', async () => {
      const [gone, kept] = [newPictureName(), newPictureName()];
      await Promise.all([gone, kept].map((name) => pictures.put(name, Buffer.from('x'), 'somebody')));
      await pictures.remove(gone);
      expect([await pictures.get(gone), await pictures.note(gone)]).toEqual([undefined, undefined]);
      expect(await pictures.note(kept)).toBeDefined();
    });

    test('a listing has the names with a prefix, in order, and when each was stored', async () => {
      const before = Date.now() - 2000;
      const given = ['e0', 'e1', 'e1f', 'ef', 'd9'].map((start) => start + newPictureName().slice(start.length));
      await Promise.all(given.map((name) => pictures.put(name, Buffer.from('x'), 'somebody')));
      const found = await listed('e');
      for (const { storedAt } of found) {
        expect(storedAt.getTime()).toBeGreaterThan(before);
        expect(storedAt.getTime()).toBeLessThan(Date.now() + 2000);
      }
      const expected = given.filter((name) => name.startsWith('e')).sort();
      expect(found.map(({ name }) => name).filter((name) => expected.includes(name))).toEqual(expected);
      expect(found.every(({ name }) => name.startsWith('e'))).toBe(true);
    });

    test('a listing can begin after a name, also after one that does not exist', async () => {
      const [first = '', second = '', third = ''] = ['ca', 'cb', 'cc'].map((start) => start + newPictureName().slice(2));
      await Promise.all([first, second, third].map((name) => pictures.put(name, Buffer.from('x'), 'somebody')));
      const among = (found: string[]) => found.filter((name) => [first, second, third].includes(name));
      expect(among(await names('c', first))).toEqual([second, third]);
      expect(among(await names('c', 'cb'))).toEqual([second, third]);
      expect(among(await names('c', third))).toEqual([]);
    });
  });
}
