import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Busboy } from '@fastify/busboy';
import { Problem } from '#lib/problem.ts';
import type { Body } from './body.ts';
import type { FilePart } from './route.ts';

const limits = { fields: 50, parts: 60, fieldNameSize: 100, fieldSize: 65_536, headerPairs: 20 };

/**
 * The fields of a multipart body (RFC 7578), and the one file the route asks for; other files are read over. Of a field that
 * comes twice the last counts, as in JSON and urlencoded bodies, of the file the first. A file of more than `maxBytes` bytes, a
 * broken body or a missing boundary is a Problem.
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
      stream.on('error', () => undefined); // a file that ends too soon is the parser's error too; unheard here, it would end the process
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
