/** A RIFF chunk: name, length, body, and a byte to make it even (RFC 9649 §2.3). */
export function riffChunk(name: string, body: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.write(name, 'latin1');
  head.writeUInt32LE(body.length, 4);
  return Buffer.concat([head, body, Buffer.alloc(body.length % 2)]);
}

const u24 = (value: number) => Buffer.from([value & 255, (value >> 8) & 255, (value >> 16) & 255]);

/** An extended WebP around the chunks of a simple one. */
export function extendedWebp(width: number, height: number, flags: number, ...chunks: readonly Buffer[]): Buffer {
  const canvas = Buffer.concat([Buffer.from([flags, 0, 0, 0]), u24(width - 1), u24(height - 1)]);
  return riffChunk('RIFF', Buffer.concat([Buffer.from('WEBP', 'latin1'), riffChunk('VP8X', canvas), ...chunks]));
}

/** The chunks of a WebP file, without its header. */
export const webpChunks = (webp: Buffer): Buffer => webp.subarray(12);

/** An animated WebP that shows the same picture in every frame. */
export function movingWebp(frame: Buffer, width: number, height: number, frames: number): Buffer {
  const place = Buffer.concat([u24(0), u24(0), u24(width - 1), u24(height - 1), u24(100), Buffer.from([0])]);
  const anmf = riffChunk('ANMF', Buffer.concat([place, webpChunks(frame)]));
  return extendedWebp(width, height, 2, riffChunk('ANIM', Buffer.alloc(6)), ...Array<Buffer>(frames).fill(anmf));
}
