const orientationTag = 0x0112;

/**
 * How the camera was held (1 to 8, EXIF 2.32 §4.6.5), read from a TIFF block: only its first directory is looked at.
 * Undefined if the block has no valid orientation.
 */
export function orientationIn(tiff: Buffer): number | undefined {
  const order = tiff.toString('latin1', 0, 4);
  const isBig = order === 'MM\0*';
  if (!isBig && order !== 'II*\0') return undefined;
  const u16 = (at: number) => (isBig ? tiff.readUInt16BE(at) : tiff.readUInt16LE(at));
  const u32 = (at: number) => (isBig ? tiff.readUInt32BE(at) : tiff.readUInt32LE(at));
  try {
    const directory = u32(4);
    for (let at = directory + 2, left = u16(directory); left > 0; at += 12, left -= 1) {
      if (u16(at) === orientationTag) return u16(at + 2) === 3 && u16(at + 8) >= 1 && u16(at + 8) <= 8 ? u16(at + 8) : undefined;
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return undefined;
}

/** A TIFF block of 26 bytes that says the orientation and nothing else. */
export function tiffOfOrientation(orientation: number): Buffer {
  return Buffer.from([...Buffer.from('MM\0*\0\0\0\x08\0\x01', 'latin1'), 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0]);
}
