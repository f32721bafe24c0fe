import { ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll } from 'vitest';
import { localCredentials } from '#local/emulators/emulator.ts';
import type { Gateway } from '#local/gateway/gateway.ts';

/** Direct access to the stage's bucket of pictures. It closes after the file. */
export function bucketOf({ endpoints, template }: Gateway) {
  const client = new S3Client({ endpoint: endpoints.s3, region: template.place.region, credentials: localCredentials });
  const [fn] = template.ofType<{ Environment: { Variables: Record<string, string> } }>('AWS::Lambda::Function');
  const Bucket = fn?.properties.Environment.Variables['MEDIA_BUCKET'];
  afterAll(() => client.destroy());
  return {
    /** Puts an object that is no picture, with the id of its owner. */
    async put(Key: string, owner: string): Promise<void> {
      await client.send(new PutObjectCommand({ Bucket, Key, Body: 'x', Metadata: { owner } }));
    },
    async keys(): Promise<string[]> {
      const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket }));
      return Contents.map(({ Key = '' }) => Key);
    },
  };
}
