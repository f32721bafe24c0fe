import { crc32, deflateSync } from 'node:zlib';

type Png = {
  readonly width: number;
  readonly height: number;
  /** Bits a channel; 8 by default. */
  readonly depth?: number;
  /** 0 grey, 2 RGB (default), 3 palette, 4 grey and alpha, 6 RGBA. */
  readonly colour?: number;
  readonly isInterlaced?: boolean;
  /** Chunks before the pixels. */
  readonly before?: readonly Buffer[];
  /** The packed pixels; black or transparent by default. */
  readonly pixels?: Buffer;
};

const channels: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

export function pngChunk(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(body.length, 0);
  head.write(type, 4, 'latin1');
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body, crc32(head.subarray(4))));
  return Buffer.concat([head, body, sum]);
}

/** `count` zero bytes, compressed about 1000 to 1. */
export const packedZeros = (count: number): Buffer => deflateSync(Buffer.alloc(count), { level: 9 });

export function png({ width, height, depth = 8, colour = 2, isInterlaced = false, before = [], pixels }: Png): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, colour, 0, 0, isInterlaced ? 1 : 0], 8);
  const rowBytes = 1 + Math.ceil((width * depth * (channels[colour] ?? 1)) / 8);
  // The seven passes have at most two filter bytes a row in all.
  const zeros = () => packedZeros(rowBytes * height + (isInterlaced ? height * 8 : 0));
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    pngChunk('IHDR', header),
    ...before,
    pngChunk('IDAT', pixels ?? zeros()),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}
