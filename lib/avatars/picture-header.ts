import { colourTableBytes } from './parts-of-gif.ts';

/** The longest side of an uploaded picture, in pixels. */
export const maxSide = 4096;

/** What a picture says of itself before anything is decoded. */
export type PictureHeader = { readonly format: 'jpeg' | 'png' | 'webp' | 'gif'; readonly width: number; readonly height: number };

type Size = Pick<PictureHeader, 'width' | 'height'>;

/**
 * Reads the format and the size in pixels from the first bytes of a file. Undefined if it is none of the four formats,
 * or ends too early. Nothing is decoded or unpacked, so a decompression bomb costs no more than a photograph.
 */
export function readPictureHeader(bytes: Uint8Array): PictureHeader | undefined {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const format = formatOf(file);
  if (!format) return undefined;
  try {
    const size = sizeIn[format](file);
    return size && { format, ...size };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function formatOf(file: Buffer): PictureHeader['format'] | undefined {
  const magic = file.toString('latin1', 0, 16);
  if (magic.startsWith('\x89PNG\r\n\x1a\n')) return 'png';
  if (magic.startsWith('\xff\xd8\xff')) return 'jpeg';
  if (magic.startsWith('GIF87a') || magic.startsWith('GIF89a')) return 'gif';
  if (magic.startsWith('RIFF') && magic.startsWith('WEBPVP8', 8)) return 'webp';
  return undefined;
}

const sizeIn: Readonly<Record<PictureHeader['format'], (file: Buffer) => Size | undefined>> = {
  png: pngSize,
  jpeg: jpegSize,
  gif: gifSize,
  webp: webpSize,
};

/** PNG (W3C, third edition) §5.6: IHDR comes first. Apple's CgBI variant begins with another chunk and is not a PNG. */
function pngSize(file: Buffer): Size | undefined {
  if (file.toString('latin1', 12, 16) !== 'IHDR') return undefined;
  return { width: file.readUInt32BE(16), height: file.readUInt32BE(20) };
}

/** ITU-T T.81 §B.1.1.3: segments with their lengths, up to the frame header (any SOF, but not DHT, JPG or DAC). */
function jpegSize(file: Buffer): Size | undefined {
  let at = 2;
  while (file.readUInt8(at) === 0xff) {
    const marker = file.readUInt8(at + 1);
    if (marker === 0xff) at += 1;
    else if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      return { width: file.readUInt16BE(at + 7), height: file.readUInt16BE(at + 5) };
    } else at += 2 + file.readUInt16BE(at + 2);
  }
  return undefined;
}

/** GIF89a §18 and §20: the larger of the screen and the first frame, because decoders differ in which they use. */
function gifSize(file: Buffer): Size | undefined {
  const screen = { width: file.readUInt16LE(6), height: file.readUInt16LE(8) };
  let at = 13 + colourTableBytes(file.readUInt8(10));
  while (file.readUInt8(at) === 0x21) {
    at += 2;
    while (file.readUInt8(at) > 0) at += 1 + file.readUInt8(at);
    at += 1;
  }
  if (file.readUInt8(at) !== 0x2c) return undefined;
  return {
    width: Math.max(screen.width, file.readUInt16LE(at + 1) + file.readUInt16LE(at + 5)),
    height: Math.max(screen.height, file.readUInt16LE(at + 3) + file.readUInt16LE(at + 7)),
  };
}

/** RFC 9649 §2.5–2.7: lossy, lossless, or the canvas of the extended format. */
function webpSize(file: Buffer): Size | undefined {
  switch (file.toString('latin1', 12, 16)) {
    case 'VP8 ':
      return { width: file.readUInt16LE(26) & 0x3fff, height: file.readUInt16LE(28) & 0x3fff };
    case 'VP8L': {
      const bits = file.readUInt32LE(21);
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    case 'VP8X':
      return { width: file.readUIntLE(24, 3) + 1, height: file.readUIntLE(27, 3) + 1 };
    default:
      return undefined;
  }
}
