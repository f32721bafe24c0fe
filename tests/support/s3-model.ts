import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { listen } from '#local/emulators/listen.ts';

/** The versions of objects of each bucket, as `key@version`. */
type Buckets = Map<string, Set<string>>;

/**
 * The part of S3 on 127.0.0.1 that empties a bucket with versions, which the emulator of `npm start` does not have:
 * ListObjectVersions in pages of two, and DeleteObjects.
 */
export async function startVersionedS3(content: Readonly<Record<string, readonly string[]>>) {
  const buckets: Buckets = new Map(Object.entries(content).map(([name, objects]) => [name, new Set(objects)]));
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://s3');
    const objects = buckets.get(pathname.split('/')[1] ?? '');
    const body = await text(request);
    const reply = (status: number, xml: string) => response.writeHead(status, { 'content-type': 'application/xml' }).end(xml);
    if (!objects) return void reply(404, '<Error><Code>NoSuchBucket</Code><Message>The specified bucket does not exist</Message></Error>');
    if (request.method === 'GET' && searchParams.has('versions')) {
      const page = [...objects].slice(0, 2).map((each) => {
        const [key, version = ''] = each.split('@');
        const name = version.startsWith('marker') ? 'DeleteMarker' : 'Version';
        return `<${name}><Key>${key}</Key><VersionId>${version}</VersionId></${name}>`;
      });
      return void reply(200, `<ListVersionsResult>${page.join('')}<IsTruncated>${objects.size > 2}</IsTruncated></ListVersionsResult>`);
    }
    if (request.method === 'POST' && searchParams.has('delete')) {
      for (const [, key, version] of body.matchAll(/<Key>([^<]*)<\/Key><VersionId>([^<]*)<\/VersionId>/g))
        objects.delete(`${key}@${version}`);
      return void reply(200, '<DeleteResult/>');
    }
    reply(501, '<Error><Code>NotImplemented</Code></Error>');
  });
  return { ...(await listen(server, 0)), objectsIn: (bucket: string) => [...(buckets.get(bucket) ?? [])] };
}
