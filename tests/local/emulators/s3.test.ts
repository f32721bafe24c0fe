import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, DeleteObjectCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { localCredentials } from '#local/emulators/emulator.ts';
import { startS3 } from '#local/emulators/s3.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 's3-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const client = (endpoint: string) => new S3Client({ endpoint, region: 'us-east-1', credentials: localCredentials });
const bytes = new Uint8Array([0, 1, 2, 253, 254, 255]);

test('an object is returned unchanged, also after a restart, and is gone once deleted', async () => {
  const directory = join(folder, 'objects');
  const first = await startS3({ directory });
  await client(first.endpoint).send(new CreateBucketCommand({ Bucket: 'media' }));
  await client(first.endpoint).send(new PutObjectCommand({ Bucket: 'media', Key: 'a/x.webp', Body: bytes, ContentType: 'image/webp' }));
  await first.stop();
  const second = await startS3({ directory });
  const s3 = client(second.endpoint);
  const { Body, ContentType } = await s3.send(new GetObjectCommand({ Bucket: 'media', Key: 'a/x.webp' }));
  expect(await Body?.transformToByteArray()).toEqual(bytes);
  expect(ContentType).toBe('image/webp');
  await s3.send(new DeleteObjectCommand({ Bucket: 'media', Key: 'a/x.webp' }));
  await expect(s3.send(new GetObjectCommand({ Bucket: 'media', Key: 'a/x.webp' }))).rejects.toMatchObject({ name: 'NoSuchKey' });
  await second.stop();
});

test('a presigned URL works, and one with other credentials does not', async () => {
  const emulator = await startS3();
  const s3 = client(emulator.endpoint);
  await s3.send(new CreateBucketCommand({ Bucket: 'media' }));
  await s3.send(new PutObjectCommand({ Bucket: 'media', Key: 'x', Body: bytes }));
  const url = await getSignedUrl(s3, new GetObjectCommand({ Bucket: 'media', Key: 'x' }), { expiresIn: 60 });
  expect(new Uint8Array(await (await fetch(url)).arrayBuffer())).toEqual(bytes);
  expect((await fetch(url.replace('Credential=local', 'Credential=other'))).status).toBe(403);
  await emulator.stop();
});

test('without a directory its folder is deleted at the end; an invalid folder is refused', async () => {
  vi.stubEnv('TMPDIR', folder);
  const emulator = await startS3();
  expect(readdirSync(folder)).toHaveLength(1);
  await emulator.stop();
  expect(readdirSync(folder)).toHaveLength(0);
  writeFileSync(join(folder, 'file'), '');
  await expect(startS3({ directory: join(folder, 'file') })).rejects.toThrow('cannot keep its data');
});
