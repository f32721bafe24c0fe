import { crc32, inflateSync } from 'node:zlib';
import { orientationIn, tiffOfOrientation } from './orientation.ts';

/** The bytes a colour profile may unpack to. Profiles of screens and cameras have 0.5 to 60 kB. */
const maxProfile = 262_144;

const drawing = new Set(['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND']);

/**
 * PNG (W3C, third edition) §5: the chunks IHDR, PLTE, tRNS, IDAT and IEND, a colour profile (iCCP) of at most `maxProfile`
 * bytes, and of eXIf the orientation. Other chunks that a decoder may skip (§5.4) are left out; others are refused. Every chunk
 * but IDAT is allowed once (§5.6): a second one is left out if a decoder may skip it, and refused if not. So one profile is
 * unpacked at most: 800 of them in 234 kB took a second.
 */
export function drawingPartsOfPng(file: Buffer): readonly Uint8Array[] | string {
  const parts = [file.subarray(0, 8)];
  const seen = new Set<string>();
  for (let at = 8; ; ) {
    const length = file.readUInt32BE(at);
    const type = file.toString('latin1', at + 4, at + 8);
    const end = at + 12 + length;
    if (end > file.length) return 'png that ends inside a chunk';
    const body = file.subarray(at + 8, end - 4);
    const isSecond = type !== 'IDAT' && seen.has(type);
    seen.add(type);
    if (!isSecond && (drawing.has(type) || (type === 'iCCP' && isModest(body)))) parts.push(file.subarray(at, end));
    else if (!isSecond && type === 'eXIf') parts.push(...orientationChunk(body));
    else if (isCritical(type)) return `png with a ${isSecond ? 'second ' : ''}chunk ${JSON.stringify(type)}`;
    if (type === 'IEND') return parts;
    at = end;
  }
}

/** Whether no decoder may skip a chunk (§5.4). */
const isCritical = (type: string) => /^[A-Z]/.test(type);

/** Whether a colour profile unpacks to at most `maxProfile` bytes (§11.3.2.3: a name, a zero, the method, the packed profile). */
function isModest(body: Buffer): boolean {
  const nameEnd = body.indexOf(0);
  if (nameEnd < 0) return false;
  try {
    inflateSync(body.subarray(nameEnd + 2), { maxOutputLength: maxProfile });
    return true;
  } catch {
    return false;
  }
}

function orientationChunk(tiff: Buffer): Buffer[] {
  const orientation = orientationIn(tiff);
  if (orientation === undefined) return [];
  const typed = Buffer.concat([Buffer.from('eXIf', 'latin1'), tiffOfOrientation(orientation)]);
  const chunk = Buffer.alloc(typed.length + 8);
  chunk.writeUInt32BE(typed.length - 4, 0);
  typed.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(typed), typed.length + 4);
  return [chunk];
}
