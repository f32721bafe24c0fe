import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

/**
 * The key of cursors, derived from the secret of the stage with its own label (HKDF, RFC 5869), so that it is not the
 * key of the counters.
 */
function cursorKey(secret: Uint8Array): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, '', 'gatehouse list cursor', 32));
}

/** Seals the position of the next page. A client can neither read nor make a cursor, nor use it for another query. */
export function sealCursor(secret: Uint8Array, query: string, position: string): string {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, cursorKey(secret), nonce, { authTagLength: tagBytes });
  cipher.setAAD(Buffer.from(query));
  return Buffer.concat([nonce, cipher.update(position, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString('base64url');
}

/** Opens a cursor of this query. Undefined if it is not a cursor, was made elsewhere, or belongs to another query. */
export function openCursor(secret: Uint8Array, query: string, cursor: string): string | undefined {
  const bytes = Buffer.from(cursor, 'base64url');
  if (bytes.length <= nonceBytes + tagBytes || bytes.toString('base64url') !== cursor) return undefined;
  const decipher = createDecipheriv(algorithm, cursorKey(secret), bytes.subarray(0, nonceBytes), { authTagLength: tagBytes });
  decipher.setAAD(Buffer.from(query));
  decipher.setAuthTag(bytes.subarray(-tagBytes));
  try {
    return decipher.update(bytes.subarray(nonceBytes, -tagBytes), undefined, 'utf8') + decipher.final('utf8');
  } catch {
    return undefined;
  }
}
