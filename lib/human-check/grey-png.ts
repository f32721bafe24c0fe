import { crc32, deflateSync } from 'node:zlib';

const signature = Buffer.from('89504e470d0a1a0a', 'hex');

function chunk(type: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const whole = Buffer.alloc(named.length + 8);
  whole.writeUInt32BE(content.length, 0);
  named.copy(whole, 4);
  whole.writeUInt32BE(crc32(named), named.length + 4);
  return whole;
}

/**
 * A PNG (ISO/IEC 15948) of 16 greys, from samples of 0 (black) to 15, row by row. It has only the three required
 * chunks: no text, no date. The width must be even.
 */
export function greyPng(width: number, height: number, samples: Uint8Array): Uint8Array {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head[8] = 4; // bits a sample; colour type 0, grey
  const bytesPerRow = width / 2;
  const rows = Buffer.alloc((bytesPerRow + 1) * height); // each row begins with its filter: none
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 2) {
      const place = y * width + x;
      rows[y * (bytesPerRow + 1) + 1 + x / 2] = ((samples[place] ?? 0) << 4) | (samples[place + 1] ?? 0);
    }
  }
  return Buffer.concat([signature, chunk('IHDR', head), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}
