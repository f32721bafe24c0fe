import { createHash } from 'node:crypto';
import type { Hasher } from './hasher.ts';
import { isSameText } from './same-text.ts';

/** Old Django's `md5$<salt>$<hex>` and `sha1$<salt>$<hex>`. Only verifies. */
export function saltedDigest(algorithm: 'md5' | 'sha1'): Hasher {
  const pattern = new RegExp(`^${algorithm}\\$([^$]+)\\$([0-9a-f]{${algorithm === 'md5' ? 32 : 40}})$`);
  return { read: (encoded) => readDigest(algorithm, pattern.exec(encoded)) };
}

/** Very old Django's bare `<hex>`, `md5$$<hex>` and `sha1$$<hex>`. Only verifies. */
export function unsaltedDigest(algorithm: 'md5' | 'sha1'): Hasher {
  const pattern = algorithm === 'md5' ? /^(?:md5\$\$)?()([0-9a-f]{32})$/ : /^sha1\$\$()([0-9a-f]{40})$/;
  return { read: (encoded) => readDigest(algorithm, pattern.exec(encoded)) };
}

function readDigest(algorithm: 'md5' | 'sha1', found: RegExpExecArray | null): ReturnType<Hasher['read']> {
  const [, salt, hash] = found ?? [];
  if (salt === undefined || hash === undefined) return undefined;
  return {
    milliseconds: 0,
    isExcessive: false,
    isOutdated: true,
    matches: async (password) => isSameText(createHash(algorithm).update(`${salt}${password}`, 'utf8').digest('hex'), hash),
  };
}
