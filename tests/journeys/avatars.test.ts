import { readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { sharedData } from '../shared-data.ts';
import { bucketOf } from './bucket.ts';
import { sharedGateway } from './shared-gateway.ts';
import { type Body, bearer, problemOf, read, type SignedInUser, signedInUser } from './users.ts';

const photograph = readFileSync(fileURLToPath(new URL('../fixtures/photograph.jpg', import.meta.url)));

const { gateway } = await sharedGateway({ settings: { AVATAR_RATE_USER: 'off' } });
const bucket = bucketOf(gateway);
const ada = await signedInUser(gateway);

async function upload(user: SignedInUser, bytes: Uint8Array, type = 'image/jpeg'): Promise<Response> {
  const form = new FormData();
  form.set('avatar', new Blob([new Uint8Array(bytes)], { type }), 'me.jpg');
  return await gateway.fetch(`/users/${user.id}/avatar/upload`, {
    method: 'POST',
    headers: bearer(user.access),
    body: form,
  });
}

async function uploaded(user: SignedInUser, bytes: Uint8Array = photograph): Promise<string> {
  const response = await upload(user, bytes);
  expect(response.status).toBe(200);
  return ((await response.json()) as { url: string }).url;
}

const avatarOf = async (user: SignedInUser) => ((await (await read(gateway, `/users/${user.id}/`, user.access)).json()) as Body)['avatar'];

const nameIn = (url: string) => url.slice(url.lastIndexOf('/') + 1);

describe('a photograph', () => {
  it('is uploaded, shown in the record, and served at the URL in the response', async () => {
    const url = await uploaded(ada);
    expect(url).toMatch(/^https:\/\/[^/]+\/media\/image\/[0-9a-f]{32}\.webp$/);
    expect(await avatarOf(ada)).toBe(url);
    const response = await gateway.fetch(url);
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'image/webp',
      'cache-control': 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
      'cross-origin-resource-policy': 'cross-origin',
      'content-disposition': expect.stringMatching(/^inline/),
      etag: expect.stringMatching(/^"/),
    });
    const { format, width = 0, height = 0 } = await sharp(Buffer.from(await response.arrayBuffer())).metadata();
    expect(format).toBe('webp');
    const original = await sharp(photograph).metadata();
    expect(original.orientation).toBe(6); // a camera stores it sideways and sets this flag
    expect(width / height).toBeCloseTo(original.height / original.width, 1);
  });

  it('loses its metadata: place, camera and orientation', async () => {
    const original = await sharp(photograph).metadata();
    expect(original.exif).toBeDefined();
    const bytes = Buffer.from(await (await gateway.fetch(await uploaded(ada))).arrayBuffer());
    const metadata = await sharp(bytes).metadata();
    expect([metadata.exif, metadata.xmp, metadata.iptc, metadata.icc, metadata.orientation]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect(bytes.includes('Exif')).toBe(false);
  });

  it('loses what is appended to it, such as a script', async () => {
    const script = '<script>alert(document.domain)</script>';
    const bytes = Buffer.from(
      await (await gateway.fetch(await uploaded(ada, Buffer.concat([photograph, Buffer.from(script)])))).arrayBuffer(),
    );
    expect(bytes.includes('script')).toBe(false);
  });

  it('replaces the one before it, whose object is deleted', async () => {
    const first = await uploaded(ada);
    const second = await uploaded(ada);
    expect(second).not.toBe(first);
    expect((await gateway.fetch(first)).status).toBe(404);
    expect((await gateway.fetch(second)).status).toBe(200);
  });

  it('is served with 304 if it is unchanged, and answers HEAD without a body', async () => {
    const url = await uploaded(ada);
    const etag = (await gateway.fetch(url)).headers.get('etag') ?? '';
    for (const tag of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const response = await gateway.fetch(url, { headers: { 'if-none-match': tag } });
      expect([tag, response.status, await response.text()]).toEqual([tag, 304, '']);
    }
    expect((await gateway.fetch(url, { headers: { 'if-none-match': '"other"' } })).status).toBe(200);
    const head = await gateway.fetch(url, { method: 'HEAD' });
    expect(head.status).toBe(200);
    expect(head.headers.get('content-type')).toBe('image/webp');
    expect(await head.text()).toBe('');
  });

  it('can be deleted, and deleting it again is a 204 too', async () => {
    const url = await uploaded(ada);
    const remove = () => gateway.fetch(`/users/${ada.id}/avatar`, { method: 'DELETE', headers: bearer(ada.access) });
    expect((await remove()).status).toBe(204);
    expect(await avatarOf(ada)).toBeNull();
    expect((await gateway.fetch(url)).status).toBe(404);
    expect((await remove()).status).toBe(204);
  });
});

describe('an uploaded file', () => {
  const filled = async (size: number) => {
    const picture = await sharp({ create: { width: 64, height: 64, channels: 3, background: 'teal' } })
      .jpeg()
      .toBuffer();
    return Buffer.concat([picture, Buffer.alloc(size - picture.length)]);
  };

  it('may have 307,200 bytes and not one more', async () => {
    expect((await upload(ada, await filled(307_200))).status).toBe(200);
    expect(await problemOf(await upload(ada, await filled(307_201)))).toMatchObject({ status: 413, code: 'image_too_large' });
    expect(await problemOf(await upload(ada, await filled(2_000_000)))).toMatchObject({ status: 413, code: 'image_too_large' });
  });

  it.each([
    ['text', Buffer.from('hello'), 'image/png'],
    ['SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>'), 'image/svg+xml'],
    ['PDF', Buffer.from('%PDF-1.7'), 'image/jpeg'],
    ['half a photograph', photograph.subarray(0, photograph.length / 2), 'image/jpeg'],
  ])('is refused if it is %s, whatever its content type says', async (_, bytes, type) => {
    expect(await problemOf(await upload(ada, bytes, type))).toMatchObject({ status: 400, code: 'invalid_image' });
  });

  it('is refused unless it is in the field avatar of a multipart body', async () => {
    const headers = bearer(ada.access);
    const path = `/users/${ada.id}/avatar/upload`;
    const form = new FormData();
    form.set('picture', new Blob([photograph]), 'me.jpg');
    const wrongField = await gateway.fetch(path, { method: 'POST', headers, body: form });
    expect(await wrongField.json()).toMatchObject({ status: 400, errors: { avatar: ['No file was submitted.'] } });
    const raw = await gateway.fetch(path, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'image/jpeg' },
      body: new Uint8Array(photograph),
    });
    expect(await problemOf(raw)).toMatchObject({ status: 415, code: 'unsupported_media_type' });
    expect(await problemOf(await gateway.fetch(path, { method: 'POST', headers }))).toMatchObject({ status: 400 });
  });

  it.skipIf(!sharedData('pngsuite'))('of PngSuite is accepted if it is valid and refused if it is corrupt', async () => {
    const folder = sharedData('pngsuite') ?? '';
    const files = (await readdir(folder)).filter((name) => name.endsWith('.png')).toSorted();
    const wrong: string[] = [];
    for (const name of files) {
      const { status } = await upload(ada, await readFile(join(folder, name)), 'image/png');
      if (status !== (name.startsWith('x') ? 400 : 200)) wrong.push(`${name}: ${status}`);
    }
    expect(files).toHaveLength(175);
    expect(wrong).toEqual([]);
  });
});

describe('/media/image', () => {
  it.each([
    'x.webp',
    '..%2f..%2fetc%2fpasswd',
    `${'a'.repeat(32)}.png`,
    `${'A'.repeat(32)}.webp`,
    `${'a'.repeat(32)}.webp%00`,
    `avatars%2f${'a'.repeat(32)}.webp`,
  ])('asks the bucket for no name that this service did not make: %s', async (name) => {
    gateway.gate.reset();
    expect((await gateway.fetch(`/media/image/${name}`)).status).toBe(404);
    expect(gateway.gate.calls('mediaImage').filter(({ service }) => service === 's3')).toEqual([]);
  });
});

describe('a failed avatar upload', () => {
  const steps = [
    ['the picture is decoded', 'Invoke'],
    ['the new object is put', 'PutObject'],
    ['the row is changed', 'UpdateItem'],
    ['the old object goes', 'DeleteObject'],
  ] as const;

  it.each(
    steps.flatMap(([what, operation]) =>
      (['crash-before', 'crash-after', 'drop-before', 'drop-after', 'refuse'] as const).map((kind) => [kind, what, operation] as const),
    ),
  )('(%s while %s) leaves a picture that opens, and the next upload works', async (kind, _, operation) => {
    const user = await signedInUser(gateway);
    await uploaded(user);
    const fault = gateway.gate.fault('avatarUpload', (call) => call.operation === operation, kind);
    await upload(user, photograph);
    expect(fault.struck).toBe(1);
    expect((await gateway.fetch(String(await avatarOf(user)))).status).toBe(200);
    const url = await uploaded(user);
    expect(await avatarOf(user)).toBe(url);
    expect((await gateway.fetch(url)).status).toBe(200);
  });

  it.each(['refuse', 'drop-before', 'drop-after'] as const)(
    '(%s) is a 503 if the decoder cannot be reached, and is not counted',
    async (kind) => {
      gateway.use({ AVATAR_RATE_USER: '1/1h' });
      const user = await signedInUser(gateway);
      gateway.gate.fault('avatarUpload', ({ operation }) => operation === 'Invoke', kind);
      const refused = await upload(user, photograph);
      expect(refused.headers.get('retry-after')).toBe('2');
      expect(await problemOf(refused)).toMatchObject({ status: 503, code: 'unavailable' });
      expect(gateway.gate.calls('avatarUpload').filter(({ operation }) => operation === 'Invoke')).toHaveLength(1);
      await uploaded(user);
      expect(await problemOf(await upload(user, photograph))).toMatchObject({ status: 429 });
    },
  );

  it('leaves no object behind: of fifty uploads at once, one picture stays and opens', async () => {
    const user = await signedInUser(gateway);
    const small = await sharp({ create: { width: 32, height: 32, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    const before = new Set(await bucket.keys());
    await Promise.all(Array.from({ length: 50 }, () => upload(user, small, 'image/png')));
    const url = String(await avatarOf(user));
    expect((await gateway.fetch(url)).status).toBe(200);
    expect((await bucket.keys()).filter((key) => !before.has(key))).toEqual([`avatars/${nameIn(url)}`]);
  });
});
