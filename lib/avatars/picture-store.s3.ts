import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  type ListObjectsV2Output,
  PutObjectCommand,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { s3 } from '#lib/aws/s3.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import type { PictureStore } from './picture-store.ts';

const folder = 'avatars/';

/**
 * Pictures in a private bucket.
 *
 * | key              | body | metadata            | asked by                                                            |
 * |------------------|------|---------------------|---------------------------------------------------------------------|
 * | `avatars/<name>` | WebP | `owner`: a user's id | get, note, remove: the key · list: prefix `avatars/<first digits>` |
 */
export function s3PictureStore({ MEDIA_BUCKET: bucket }: Pick<Settings, 'MEDIA_BUCKET'>, client: S3Client = s3()): PictureStore {
  const place = (name: string) => ({ Bucket: bucket, Key: folder + name });
  return {
    async put(name, picture, owner) {
      await client.send(
        new PutObjectCommand({
          ...place(name),
          Body: picture,
          ContentType: 'image/webp',
          CacheControl: 'public, max-age=31536000, immutable',
          Metadata: { owner: encodeURIComponent(owner) },
        }),
      );
    },

    async get(name) {
      const found = await unlessAbsent(client.send(new GetObjectCommand(place(name))));
      return await found?.Body?.transformToByteArray();
    },

    async note(name) {
      const found = await unlessAbsent(client.send(new HeadObjectCommand(place(name))));
      if (!found) return undefined;
      const owner = found.Metadata?.['owner'];
      return { byteLength: found.ContentLength ?? 0, owner: owner && decodeURIComponent(owner) };
    },

    async remove(name) {
      await client.send(new DeleteObjectCommand(place(name)));
    },

    async *list(prefix, after) {
      const listing = { Bucket: bucket, Prefix: folder + prefix };
      let startAfter = after === undefined ? undefined : folder + after;
      for (let isMore = true; isMore; ) {
        const { Contents = [], IsTruncated }: ListObjectsV2Output = await client.send(
          new ListObjectsV2Command({ ...listing, StartAfter: startAfter }),
        );
        for (const { Key, LastModified } of Contents) {
          if (Key && LastModified) yield { name: Key.slice(folder.length), storedAt: LastModified };
        }
        startAfter = Contents.at(-1)?.Key;
        isMore = IsTruncated === true && startAfter !== undefined;
      }
    },
  };
}

async function unlessAbsent<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (saysAbsent(error)) return undefined;
    throw error;
  }
}

/**
 * S3 answers 403, not 404, for a missing key if the role may not list the bucket, and only the sweeper's role may. To
 * HEAD it answers without a body, so the SDK knows the status and no error name.
 */
function saysAbsent(error: unknown): boolean {
  if (!(error instanceof S3ServiceException)) return false;
  const { name, $metadata } = error;
  return name === 'NoSuchKey' || name === 'NotFound' || name === 'AccessDenied' || ($metadata.httpStatusCode === 403 && name === 'Unknown');
}
