import { CreateBucketCommand, GetObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, expect, test } from 'vitest';
import { newPictureName } from '#lib/avatars/picture-name.ts';
import { s3PictureStore } from '#lib/avatars/picture-store.s3.ts';
import { s3 } from '#lib/aws/s3.ts';
import { localCredentials } from '#local/emulators/emulator.ts';
import { startS3 } from '#local/emulators/s3.ts';
import { promisesOfPictureStore } from './picture-store.contract.ts';
import { memoryPictureStore } from './picture-store.memory.ts';

const emulator = await startS3();
afterAll(() => emulator.stop());
// What serverless-offline gives a function, and all that ours needs to find the emulator.
Object.assign(process.env, {
  AWS_ENDPOINT_URL_S3: emulator.endpoint,
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: localCredentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: localCredentials.secretAccessKey,
});
await s3().send(new CreateBucketCommand({ Bucket: 'media' }));

promisesOfPictureStore('memory', async () => memoryPictureStore());
promisesOfPictureStore('S3', async () => s3PictureStore({ MEDIA_BUCKET: 'media' }));

test('a picture in the bucket is below avatars/, as a WebP that never changes', async () => {
  const name = newPictureName();
  await s3PictureStore({ MEDIA_BUCKET: 'media' }).put(name, Buffer.from('x'), 'somebody');
  const found = await s3().send(new GetObjectCommand({ Bucket: 'media', Key: `avatars/${name}` }));
  expect(found).toMatchObject({ ContentType: 'image/webp', CacheControl: 'public, max-age=31536000, immutable' });
});

test('a missing bucket is a fault, not a missing picture', async () => {
  await expect(s3PictureStore({ MEDIA_BUCKET: 'nowhere' }).get(newPictureName())).rejects.toMatchObject({ name: 'NoSuchBucket' });
});
