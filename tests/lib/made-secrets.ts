import type { LookupSecret, LookupSecrets, ReadLookupSecrets } from '#lib/lookup-secrets.ts';

/** A value of the lookup secret, all of whose bytes are this one. */
export const madeSecret = (byte: number, from = 0): LookupSecret => ({ bytes: new Uint8Array(32).fill(byte), from });

/** A lookup secret that was never rotated. */
export const oneSecret: LookupSecrets = [madeSecret(7)];

/** Reads it. */
export const readOneSecret: ReadLookupSecrets = async () => oneSecret;
