import { decodePicture } from '#lib/avatars/decode-picture.ts';
import { reencodePicture } from '#lib/avatars/reencode-picture.ts';

/** The decoder in this process, as a function on AWS has it. */
export const nearDecoder = { decode: decodePicture };

/** Re-encodes a file with the decoder in this process. */
export const reencoded = (file: Uint8Array): Promise<Uint8Array> => reencodePicture(nearDecoder, file);
