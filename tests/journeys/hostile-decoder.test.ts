import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { projectWithHooks } from '#local/gateway/packaged.ts';
import { projectFolder } from '#local/project.ts';
import { png } from '../lib/avatars/made-png.ts';
import { bucketOf } from './bucket.ts';
import { cheapHashes, ownGateway } from './shared-gateway.ts';
import { type Body, bearer, problemOf, read, type SignedInUser, signedInUser } from './users.ts';

/** What a decoder does if a picture of this many pixels in width has taken it over. Every other picture is decoded. */
const takenOver = {
  'ends its process': { width: 11, does: 'process.exit(1)' },
  'is killed, as for its memory': { width: 12, does: "process.kill(process.pid, 'SIGKILL')" },
  'never ends': { width: 13, does: 'for (;;);' },
  'throws an error': { width: 21, does: "throw new Error('no such codec')" },
  'answers nothing': { width: 22, does: 'return undefined' },
  'answers a page': { width: 23, does: "return { picture: btoa('<!doctype html><script>alert(1)</script>') }" },
  'answers another format': { width: 24, does: "return { picture: (await sharp(blank(9)).png().toBuffer()).toString('base64') }" },
  'answers a picture that is too large': {
    width: 25,
    does: "return { picture: (await sharp(blank(513)).webp().toBuffer()).toString('base64') }",
  },
  'answers more bytes than a picture has': {
    width: 26,
    does: "return { picture: Buffer.concat([await sharp(blank(9)).webp().toBuffer(), Buffer.alloc(1_100_000)]).toString('base64') }",
  },
  'answers a picture with a script behind it': {
    width: 31,
    does: "return { picture: Buffer.concat([await sharp(blank(9)).webp().toBuffer(), Buffer.from('<script>')]).toString('base64') }",
  },
} as const;
type Way = keyof typeof takenOver;

const project = await projectWithHooks('hostile-decoder', await readFile(join(projectFolder, 'project/hooks.ts'), 'utf8'));
const decoder = join(project, 'functions/avatar/decode.ts');
const honest = (await readFile(decoder, 'utf8')).replace('export async function handler', 'async function decode');
await writeFile(
  decoder,
  `import sharp from 'sharp';
import { readPictureHeader } from '#lib/avatars/picture-header.ts';
${honest}
const blank = (side) => ({ create: { width: side, height: side, channels: 3, background: '#fff' } });
export async function handler(event) {
  switch (readPictureHeader(Buffer.from(event.parts, 'base64')).width) {
    ${Object.values(takenOver)
      .map(({ width, does }) => `case ${width}: ${does};`)
      .join('\n    ')}
    default: return await decode(event);
  }
}
`,
);
const { gateway } = await ownGateway({ project, environment: cheapHashes, settings: { AVATAR_RATE_USER: '3/1h' } });
const bucket = bucketOf(gateway);

async function upload(user: SignedInUser, width: number): Promise<Response> {
  const form = new FormData();
  form.set('avatar', new Blob([new Uint8Array(png({ width, height: 16 }))]), 'me.png');
  return await gateway.fetch(`/users/${user.id}/avatar/upload`, { method: 'POST', headers: bearer(user.access), body: form });
}

const avatarOf = async (user: SignedInUser) => ((await (await read(gateway, `/users/${user.id}/`, user.access)).json()) as Body)['avatar'];

/** A user with a picture, whose next picture takes the decoder over; what it leaves, and what the next one does. */
async function afterTakeover(way: Way) {
  const user = await signedInUser(gateway);
  expect((await upload(user, 16)).status).toBe(200);
  const [before, keys] = [await avatarOf(user), await bucket.keys()];
  const answer = await problemOf(await upload(user, takenOver[way].width));
  expect([await avatarOf(user), await bucket.keys()]).toEqual([before, keys]);
  expect((await gateway.fetch(String(before))).status).toBe(200);
  expect((await upload(user, 17)).status).toBe(200);
  return { answer, statusAfter: (await upload(user, 18)).status };
}

it.each<Way>(['ends its process', 'is killed, as for its memory', 'never ends'])(
  'a picture whose decoder %s is invalid, changes nothing and is counted, and the next picture is decoded',
  async (way) => {
    const { answer, statusAfter } = await afterTakeover(way);
    expect(answer).toMatchObject({ status: 400, code: 'invalid_image' });
    expect(statusAfter).toBe(429);
  },
  60_000,
);

it.each<Way>([
  'throws an error',
  'answers nothing',
  'answers a page',
  'answers another format',
  'answers a picture that is too large',
  'answers more bytes than a picture has',
])('a decoder that %s is a fault of ours: nothing is stored or counted, and the next picture is decoded', async (way) => {
  const { answer, statusAfter } = await afterTakeover(way);
  expect(answer).toMatchObject({ status: 500, code: 'internal_error' });
  expect(statusAfter).toBe(200);
});

it('a script that the decoder put behind a picture is not stored', async () => {
  const user = await signedInUser(gateway);
  expect((await upload(user, takenOver['answers a picture with a script behind it'].width)).status).toBe(200);
  const stored = Buffer.from(await (await gateway.fetch(String(await avatarOf(user)))).arrayBuffer());
  expect([stored.toString('latin1', 8, 12), stored.includes('script')]).toEqual(['WEBP', false]);
});
