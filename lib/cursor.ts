import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { derivedKey } from '#lib/derived-key.ts';
import type { LookupSecret, LookupSecrets } from '#lib/lookup-secrets.ts';

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

/** Seals the position of the next page. A client can neither read nor make a cursor, nor use it for another query. */
export function sealCursor(secret: LookupSecret, query: string, position: string): string {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, derivedKey('cursor', secret), nonce, { authTagLength: tagBytes });
  cipher.setAAD(Buffer.from(query));
  return Buffer.concat([nonce, cipher.update(position, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString('base64url');
}

/** Opens a cursor of this query. Undefined if it is not a cursor, was made elsewhere, or belongs to another query. */
export function openCursor(secrets: LookupSecrets, query: string, cursor: string): string | undefined {
  const bytes = Buffer.from(cursor, 'base64url');
  if (bytes.length <= nonceBytes + tagBytes || bytes.toString('base64url') !== cursor) return undefined;
  for (const secret of secrets) {
    const position = openWith(secret, query, bytes);
    if (position !== undefined) return position;
  }
  return undefined;
}

function openWith(secret: LookupSecret, query: string, bytes: Buffer): string | undefined {
  const decipher = createDecipheriv(algorithm, derivedKey('cursor', secret), bytes.subarray(0, nonceBytes), { authTagLength: tagBytes });
  decipher.setAAD(Buffer.from(query));
  decipher.setAuthTag(bytes.subarray(-tagBytes));
  try {
    return decipher.update(bytes.subarray(nonceBytes, -tagBytes), undefined, 'utf8') + decipher.final('utf8');
  } catch {
    return undefined;
  }
}
