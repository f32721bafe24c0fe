import { hkdfSync } from 'node:crypto';

/** The key of one purpose, 32 bytes, derived from the stage's secret (HKDF, RFC 5869), so that no use of one tells about another. */
export function purposeKey(purpose: string, lookupSecret: Uint8Array): Buffer {
  return Buffer.from(hkdfSync('sha256', lookupSecret, '', `gatehouse ${purpose}`, 32));
}
