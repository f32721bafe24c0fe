import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Busboy } from '@fastify/busboy';
import { Problem } from '#lib/problem.ts';
import type { Body } from './body.ts';
import type { FilePart } from './route.ts';

const limits = { fields: 50, parts: 60, fieldNameSize: 100, fieldSize: 65_536, headerPairs: 20 };

/**
 * The fields of a multipart body (RFC 7578), and the one file that the route asks for; other files are ignored. If a
 * field is sent twice the last one counts, as in JSON and urlencoded bodies; of files the first. Throws the file's own
 * problem if it has more than `maxBytes` bytes, and `malformed_request` for a broken body or a missing boundary.
 */
export async function readMultipart(bytes: Uint8Array, contentType: string, wanted?: FilePart): Promise<Body> {
  const fields = new Map<string, string>();
  let file: Buffer | undefined;
  let isTooLarge = false;
  try {
    const parser = new Busboy({
      headers: { 'content-type': contentType },
      limits: { ...limits, fileSize: wanted?.maxBytes ?? 0 },
    });
    parser.on('field', (name, value) => fields.set(name, value));
    parser.on('file', (name, stream) => {
      const isWanted = name === wanted?.field && file === undefined;
      const chunks: Buffer[] = [];
      stream.on('error', () => undefined); // the parser reports a file that ends too soon as well; unheard, this event would end the process
      stream.on('data', (chunk: Buffer) => isWanted && chunks.push(chunk));
      stream.on('limit', () => {
        isTooLarge ||= isWanted;
      });
      if (isWanted) file = Buffer.alloc(0);
      stream.on('end', () => {
        if (isWanted) file = Buffer.concat(chunks);
      });
    });
    await pipeline(Readable.from([bytes]), parser);
  } catch (cause) {
    throw new Problem('malformed_request', { detail: 'malformed_multipart', cause });
  }
  if (wanted && isTooLarge) throw new Problem(wanted.tooLarge, { values: { limit: wanted.maxBytes } });
  return { fields: Object.fromEntries(fields), ...(file && { file }) };
}
