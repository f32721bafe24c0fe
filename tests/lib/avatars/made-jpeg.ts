/** A JPEG segment: marker, length, body (ITU-T T.81 §B.1.1.4). */
export function jpegSegment(marker: number, body: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([head, body]);
}

/** A JPEG with more bytes between its start and its tables. */
export const withSegment = (jpeg: Buffer, marker: number, body: Buffer): Buffer =>
  Buffer.concat([jpeg.subarray(0, 2), jpegSegment(marker, body), jpeg.subarray(2)]);

/** A grey progressive JPEG with so many scans, each of a few bytes that change nothing. */
export function jpegOfScans(side: number, scans: number): Buffer {
  const blocks = Math.ceil(side / 8) ** 2;
  const frame = Buffer.from([8, 0, 0, 0, 0, 1, 1, 0x11, 0]);
  frame.writeUInt16BE(side, 1);
  frame.writeUInt16BE(side, 3);
  // One code each, of one bit and of two: "no difference" and "end of band for the next 2¹⁴ + 14 bits blocks".
  const noDifference = Buffer.from([0x00, 1, ...Array<number>(15).fill(0), 0x00]);
  const longRun = Buffer.from([0x10, 0, 1, ...Array<number>(14).fill(0), 0xe0]);
  const runs = `00${'1'.repeat(14)}`.repeat(Math.ceil(blocks / 32_767));
  const nothingNew = (runs.match(/.{8}/g) ?? []).flatMap((bits) => (bits === '11111111' ? [0xff, 0] : [Number.parseInt(bits, 2)]));
  const scan = Buffer.concat([jpegSegment(0xda, Buffer.from([1, 1, 0, 1, 63, 0])), Buffer.from(nothingNew)]);
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    jpegSegment(0xdb, Buffer.from([0, ...Array<number>(64).fill(1)])),
    jpegSegment(0xc2, frame),
    jpegSegment(0xc4, noDifference),
    jpegSegment(0xc4, longRun),
    jpegSegment(0xda, Buffer.from([1, 1, 0, 0, 0, 0])),
    Buffer.alloc(Math.ceil(blocks / 8)),
    ...Array<Buffer>(scans - 1).fill(scan),
    Buffer.from([0xff, 0xd9]),
  ]);
}

/** EXIF in TIFF format with an orientation, a marker text as author, and a position (EXIF 2.32 §4.6). */
export function exif(orientation: number, order: 'big-endian' | 'little-endian', author: string): Buffer {
  const isBig = order === 'big-endian';
  const u16 = (value: number) => Buffer.from(isBig ? [value >> 8, value & 255] : [value & 255, value >> 8]);
  const u32 = (value: number) =>
    isBig ? Buffer.concat([u16(value >>> 16), u16(value & 0xffff)]) : Buffer.concat([u16(value & 0xffff), u16(value >>> 16)]);
  const text = Buffer.from(`${author}\0`, 'latin1');
  const entry = (tag: number, type: number, count: number, value: Buffer) => Buffer.concat([u16(tag), u16(type), u32(count), value]);
  return Buffer.concat([
    Buffer.from(isBig ? 'MM' : 'II', 'latin1'),
    u16(42),
    u32(8),
    u16(2),
    entry(0x0112, 3, 1, Buffer.concat([u16(orientation), u16(0)])),
    entry(0x013b, 2, text.length, u32(38)),
    u32(0),
    text,
  ]);
}
