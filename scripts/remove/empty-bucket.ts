import { DeleteObjectsCommand, ListObjectVersionsCommand, type S3Client } from '@aws-sdk/client-s3';
import { Refusal } from '#local/refusal.ts';

/** Deletes every object of a bucket, with all versions and delete markers, and returns their number. None is there: fine. */
export async function emptyBucket(s3: S3Client, Bucket: string): Promise<number> {
  let count = 0;
  for (;;) {
    const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket })).catch((error: Error) => {
      if (error.name === 'NoSuchBucket') return { Versions: [], DeleteMarkers: [] };
      throw error;
    });
    const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key: Key ?? '', ...(VersionId && { VersionId }) }));
    if (Objects.length === 0) return count;
    const { Errors = [] } = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
    if (Errors[0]) throw new Refusal(`${Bucket}/${Errors[0].Key} cannot be deleted: ${Errors[0].Code}: ${Errors[0].Message}`);
    count += Objects.length;
  }
}
