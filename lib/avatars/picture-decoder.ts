/** A picture that was decoded and encoded anew, or the reason why it could not be. */
export type Decoded = { readonly picture: Uint8Array } | { readonly invalid: string };

/**
 * Decodes the parts of a picture that draw it, and encodes it anew as a WebP. The bytes of `picture` come from a process that a hostile
 * file may have taken over, so the caller checks them. Throws if the decoder cannot be reached or has a fault.
 */
export type PictureDecoder = { readonly decode: (parts: Uint8Array) => Promise<Decoded> };

/** The event of the function that decodes; bytes are base64. */
export type DecodeEvent = { readonly parts: string };

/** Its answer; bytes are base64. */
export type DecodeAnswer = { readonly picture: string } | { readonly invalid: string };
