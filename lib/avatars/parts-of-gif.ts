/**
 * GIF89a §15–27: the screen with its colours, the first image with the control block before it, and the trailer. Further
 * images, comments, texts and blocks of applications are left out. All of them must be whole.
 */
export function drawingPartsOfGif(file: Buffer): readonly Uint8Array[] | string {
  const screenEnd = 13 + colourTableBytes(file.readUInt8(10));
  const parts: Uint8Array[] = [file.subarray(0, screenEnd)];
  let control: Uint8Array | undefined;
  let hasImage = false;
  for (let at = screenEnd; at < file.length; ) {
    const start = at;
    const kind = file.readUInt8(at);
    if (kind === 0x3b) break;
    if (kind === 0x21) {
      at = endOfBlocks(file, at + 2);
      if (file.readUInt8(start + 1) === 0xf9) control = file.subarray(start, at);
    } else if (kind === 0x2c) {
      at = endOfBlocks(file, at + 11 + colourTableBytes(file.readUInt8(at + 9)));
      if (!hasImage) parts.push(...(control ? [control] : []), file.subarray(start, at));
      hasImage = true;
    } else return `gif with a block ${kind.toString(16)}`;
  }
  return hasImage ? [...parts, Buffer.from([0x3b])] : 'gif without an image';
}

/** The bytes of a colour table: three for each of its colours (§18 and §20: the lowest three bits of the flags). */
export const colourTableBytes = (flags: number): number => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);

/** Where a series of sub-blocks ends: behind the one of no length (§15, §16). Throws a RangeError behind the file's end. */
function endOfBlocks(file: Buffer, start: number): number {
  let at = start;
  for (let length = file.readUInt8(at); length > 0; length = file.readUInt8(at)) at += 1 + length;
  return at + 1;
}
