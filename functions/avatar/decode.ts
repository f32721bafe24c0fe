import { decodePicture } from '#lib/avatars/decode-picture.ts';
import type { DecodeAnswer, DecodeEvent } from '#lib/avatars/picture-decoder.ts';

/** Has no route, no settings and no rights: what a hostile picture takes over can call nothing (docs/decisions/0112). */
export async function handler({ parts }: DecodeEvent): Promise<DecodeAnswer> {
  const decoded = await decodePicture(Buffer.from(parts, 'base64'));
  return 'picture' in decoded ? { picture: Buffer.from(decoded.picture).toString('base64') } : decoded;
}
