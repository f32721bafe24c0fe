import { createServer, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { newPictureName } from '#lib/avatars/picture-name.ts';
import { s3PictureStore } from '#lib/avatars/picture-store.s3.ts';
import { listen } from '#local/emulators/listen.ts';

/** An S3 that gives the answers a test needs, as the real one does and the emulator does not. */
type Reply = { readonly status: number; readonly body?: string } | 'silence';
let reply: (request: IncomingMessage) => Reply;
let asked: string[] = [];
const server = createServer((request, response) => {
  asked.push(`${request.method} ${request.url}`);
  const said = reply(request);
  if (said === 'silence') return;
  response.writeHead(said.status, { 'content-type': 'application/xml' });
  response.end(request.method === 'HEAD' ? undefined : said.body);
});
const error = (code: string) => `<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message></Error>`;

let stop: () => Promise<void>;
beforeAll(async () => {
  const listening = await listen(server, 0);
  stop = listening.stop;
  const given = { AWS_ENDPOINT_URL_S3: listening.endpoint, AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' };
  Object.assign(process.env, given);
});
beforeEach(() => {
  asked = [];
});
afterAll(() => stop());

const pictures = () => s3PictureStore({ MEDIA_BUCKET: 'media' });

test('the bucket is in the path if the endpoint is an IP address', async () => {
  reply = () => ({ status: 204 });
  const name = newPictureName();
  await pictures().remove(name);
  expect(asked).toEqual([`DELETE /media/avatars/${name}?x-id=DeleteObject`]);
});

test('a missing picture is missing even if S3 answers 403, as to a role that may not list the bucket', async () => {
  reply = () => ({ status: 403, body: error('AccessDenied') });
  expect(await pictures().get(newPictureName())).toBeUndefined();
  expect(await pictures().note(newPictureName())).toBeUndefined();
});

test.for(['SignatureDoesNotMatch', 'InvalidAccessKeyId', 'RequestTimeTooSkewed'])(
  '%s is a fault of ours, not a missing picture',
  async (code) => {
    reply = () => ({ status: 403, body: error(code) });
    await expect(pictures().get(newPictureName())).rejects.toMatchObject({ name: code });
  },
);

test('a failing S3 is asked three times', async () => {
  reply = () => ({ status: 503, body: error('SlowDown') });
  await expect(pictures().get(newPictureName())).rejects.toMatchObject({ name: 'SlowDown' });
  expect(asked).toHaveLength(3);
});

test('a silent S3 is given up after three tries', async () => {
  reply = () => 'silence';
  await expect(pictures().get(newPictureName())).rejects.toMatchObject({ name: 'TimeoutError' });
  expect(asked).toHaveLength(3);
});

test('a listing continues until S3 has no more pages', async () => {
  const [first, second, third] = ['a1', 'a2', 'a3'].map((start) => start + newPictureName().slice(2));
  const page = (isTruncated: boolean, ...names: (string | undefined)[]) => {
    const contents = names.map(
      (name) => `<Contents><Key>avatars/${name}</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified></Contents>`,
    );
    return `<?xml version="1.0"?><ListBucketResult><IsTruncated>${isTruncated}</IsTruncated>${contents.join('')}</ListBucketResult>`;
  };
  reply = ({ url = '' }) => ({
    status: 200,
    body: url.includes(`start-after=avatars%2F${second}`) ? page(false, third) : page(true, first, second),
  });
  const listed = await Array.fromAsync(pictures().list('a'));
  expect(listed.map(({ name }) => name)).toEqual([first, second, third]);
  expect(listed[0]?.storedAt).toEqual(new Date('2026-01-01T00:00:00Z'));
  expect(asked).toHaveLength(2);
});
