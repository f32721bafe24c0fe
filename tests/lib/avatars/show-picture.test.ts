import { expect, test } from 'vitest';
import { namesEntityTag } from '#lib/avatars/entity-tag.ts';
import { isPictureName, newPictureName } from '#lib/avatars/picture-name.ts';
import { pictureUrl } from '#lib/avatars/picture-url.ts';
import { showPicture } from '#lib/avatars/show-picture.ts';
import { memoryPictureStore } from '../../stores/picture-store.memory.ts';

const name = '0123456789abcdef0123456789abcdef.webp';
const tag = '"0123456789abcdef0123456789abcdef"';
const plain = { ifNoneMatch: undefined, isHead: false };

/** A store that records its calls. */
async function watched() {
  const asked: string[] = [];
  const pictures = memoryPictureStore();
  await pictures.put(name, Buffer.from('face'), 'anna');
  const noting =
    <T>(question: string, ask: (wanted: string) => Promise<T>) =>
    async (wanted: string) => {
      asked.push(`${question} ${wanted}`);
      return await ask(wanted);
    };
  const needs = { pictures: { get: noting('get', pictures.get), note: noting('note', pictures.note) } };
  return { needs, asked };
}

test('a picture is shown with its bytes and its own entity tag', async () => {
  const { needs, asked } = await watched();
  const shown = await showPicture(needs, name, plain);
  expect(shown).toEqual({ entityTag: tag, byteLength: 4, isUnchanged: false, bytes: new Uint8Array(Buffer.from('face')) });
  expect(asked).toEqual([`get ${name}`]);
});

test('HEAD reads the size and not the bytes', async () => {
  const { needs, asked } = await watched();
  expect(await showPicture(needs, name, { ifNoneMatch: undefined, isHead: true })).toEqual({
    entityTag: tag,
    byteLength: 4,
    isUnchanged: false,
  });
  expect(asked).toEqual([`note ${name}`]);
});

test('a client with the picture gets no bytes, and one with a removed picture gets 404', async () => {
  const { needs, asked } = await watched();
  expect(await showPicture(needs, name, { ifNoneMatch: tag, isHead: false })).toEqual({ entityTag: tag, byteLength: 4, isUnchanged: true });
  expect(asked).toEqual([`note ${name}`]);
  const gone = name.replace('0', 'f');
  for (const wanted of [plain, { ifNoneMatch: '*', isHead: false }, { ifNoneMatch: undefined, isHead: true }]) {
    await expect(showPicture(needs, gone, wanted)).rejects.toMatchObject({ code: 'not_found', status: 404 });
  }
});

test.for([
  '',
  name.toUpperCase(),
  name.slice(1),
  `0${name}`,
  `${name}\n`,
  `\n${name}`,
  ` ${name}`,
  name.replace('webp', 'png'),
  name.replace('.', '-'),
  `../${name}`,
  `..%2F${name}`,
  `avatars/${name}`,
  `${name}/`,
  `${name}?x`,
  `${name}\0`,
  name.replace('a', '\u0430'),
  '__proto__',
])('%j is not the name of a picture, and the store is not asked', async (odd) => {
  const { needs, asked } = await watched();
  await expect(showPicture(needs, odd, plain)).rejects.toMatchObject({ code: 'not_found' });
  expect(asked).toEqual([]);
});

test.for([
  [tag, true],
  [`W/${tag}`, true],
  ['*', true],
  [' * ', true],
  [`"other", ${tag}`, true],
  [`W/"other",W/${tag} , "more"`, true],
  ['"other"', false],
  [tag.replaceAll('"', ''), false],
  [`"${tag.slice(1, -1)}x"`, false],
  ['', false],
  ['""', false],
  ['"*"', false],
  [undefined, false],
] as const)('If-None-Match: %s matches: %s', ([header, matches]) => {
  expect(namesEntityTag(header, tag)).toBe(matches);
});

test('every new name is valid, and no two are equal', () => {
  const names = Array.from({ length: 1000 }, newPictureName);
  expect(names.every(isPictureName)).toBe(true);
  expect(new Set(names).size).toBe(1000);
});

test('the URL of a picture is absolute: under PUBLIC_URL, or under the origin of the request if that is empty', () => {
  expect(pictureUrl({ PUBLIC_URL: '', API_PREFIX: '' }, 'https://api.example.com', name)).toBe(
    `https://api.example.com/media/image/${name}`,
  );
  const settings = { PUBLIC_URL: 'https://accounts.example.com', API_PREFIX: '/v1' };
  expect(pictureUrl(settings, 'https://api.example.com', name)).toBe(`https://accounts.example.com/v1/media/image/${name}`);
});
