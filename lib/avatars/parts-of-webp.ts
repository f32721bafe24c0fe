import { orientationIn, tiffOfOrientation } from './orientation.ts';

/** What VP8X says of the file (RFC 9649 §2.7): animation and transparency are kept, XMP never is. */
const flags = { animation: 0x02, exif: 0x08, alpha: 0x10, profile: 0x20 } as const;

type Chunk = { readonly name: string; readonly body: Buffer };

/**
 * RFC 9649 §2: the picture with its transparency and its colour profile, of EXIF the orientation, and of a moving picture the
 * first frame. XMP, further frames, unknown chunks and everything behind the RIFF container are left out.
 */
export function drawingPartsOfWebp(file: Buffer): readonly Uint8Array[] | string {
  const end = 8 + file.readUInt32LE(4);
  if (end > file.length) return 'webp that is shorter than it says';
  const chunks = chunksIn(file.subarray(12, end));
  if (typeof chunks === 'string') return chunks;
  const first = (...names: string[]) => chunks.filter(({ name }) => names.includes(name)).slice(0, 1);
  const [canvas] = chunks;
  if (canvas?.name !== 'VP8X') return riff(first('VP8 ', 'VP8L'));
  const isMoving = (canvas.body.readUInt8(0) & flags.animation) !== 0;
  const [exif] = first('EXIF').flatMap(orientationChunk);
  const profile = first('ICCP');
  const kept = (exif ? flags.exif : 0) | (profile.length > 0 ? flags.profile : 0) | (isMoving ? flags.animation : 0);
  const head = { name: 'VP8X', body: Buffer.from(canvas.body) };
  head.body.writeUInt8(kept | (canvas.body.readUInt8(0) & flags.alpha), 0);
  const pixels = isMoving ? [...first('ANIM'), ...first('ANMF').map(withoutExtras)] : [...first('ALPH'), ...first('VP8 ', 'VP8L')];
  return riff([head, ...profile, ...pixels, ...(exif ? [exif] : [])]);
}

function chunksIn(riffBody: Buffer): readonly Chunk[] | string {
  const chunks: Chunk[] = [];
  for (let at = 0; at < riffBody.length; ) {
    const length = riffBody.readUInt32LE(at + 4);
    const end = at + 8 + length;
    if (end > riffBody.length) return 'webp that ends inside a chunk';
    chunks.push({ name: riffBody.toString('latin1', at, at + 4), body: riffBody.subarray(at + 8, end) });
    at = end + (length % 2);
  }
  return chunks;
}

/** A frame (§2.7.1.1): 16 bytes about its place, then its transparency and its pixels. */
function withoutExtras({ name, body }: Chunk): Chunk {
  const chunks = chunksIn(body.subarray(16));
  const kept = typeof chunks === 'string' ? [] : chunks.filter((each) => ['ALPH', 'VP8 ', 'VP8L'].includes(each.name));
  return { name, body: Buffer.concat([body.subarray(0, 16), ...kept.flatMap(bytesOf)]) };
}

/** EXIF as TIFF, with or without the six bytes that JPEG writes before it. */
function orientationChunk({ name, body }: Chunk): readonly Chunk[] {
  const orientation = orientationIn(body.toString('latin1', 0, 6) === 'Exif\0\0' ? body.subarray(6) : body);
  return orientation === undefined ? [] : [{ name, body: tiffOfOrientation(orientation) }];
}

function bytesOf({ name, body }: Chunk): readonly Buffer[] {
  const head = Buffer.alloc(8);
  head.write(name, 'latin1');
  head.writeUInt32LE(body.length, 4);
  return [head, body, Buffer.alloc(body.length % 2)];
}

const riff = (chunks: readonly Chunk[]): readonly Buffer[] =>
  bytesOf({ name: 'RIFF', body: Buffer.concat([Buffer.from('WEBP', 'latin1'), ...chunks.flatMap(bytesOf)]) });
