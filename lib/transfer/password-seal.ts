import { createCipheriv, createDecipheriv, createHmac, randomBytes, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { isExcessiveScrypt } from '#lib/password-algorithms.ts';
import { isSameText } from '#lib/passwords/same-text.ts';

/** How the passwords of a file are sealed, so that the passphrase opens them. */
export type SealTerms = {
  readonly kdf: 'scrypt';
  readonly n: number;
  readonly r: number;
  readonly p: number;
  /** 16 random bytes as base64url, so that every file has its own key. */
  readonly salt: string;
  /** Recognises a wrong passphrase before anything is opened. */
  readonly check: string;
};

/** Seals and opens the password hashes of one file. */
export type PasswordSeal = {
  readonly terms: SealTerms;
  /** Seals a hash with AES-256-GCM, bound to its user: `sealed$<iv>$<ciphertext and tag>`, both base64url. */
  seal(password: string, userId: string): string;
  /** Undefined if the text was not sealed with this key and for this user, or has been changed. */
  open(sealed: string, userId: string): string | undefined;
  /** Authenticates the digest of the whole file. */
  vouch(digest: string): string;
};

const derive = promisify<string, Buffer, number, { N: number; r: number; p: number; maxmem: number }, Buffer>(scrypt);

/** The scrypt cost that OWASP's Password Storage Cheat Sheet recommends: 128 MiB, about 0.3 s. */
const cost = { n: 2 ** 17, r: 8, p: 1 };

/** Makes a seal with a new key. */
export async function newPasswordSeal(passphrase: string): Promise<PasswordSeal> {
  const salt = randomBytes(16);
  const keys = await keysOf(passphrase, salt, cost);
  return sealWith(keys, { kdf: 'scrypt', ...cost, salt: salt.toString('base64url'), check: checkOf(keys) });
}

/**
 * Makes the seal of a file from its terms. Undefined if the passphrase is wrong, or the terms ask for too much work.
 */
export async function openPasswordSeal(passphrase: string, terms: SealTerms): Promise<PasswordSeal | undefined> {
  if (isExcessiveScrypt({ N: terms.n, r: terms.r, p: terms.p })) return undefined;
  const keys = await keysOf(passphrase, Buffer.from(terms.salt, 'base64url'), terms);
  return isSameText(checkOf(keys), terms.check) ? sealWith(keys, terms) : undefined;
}

type Keys = { readonly cipher: Buffer; readonly mac: Buffer };

/** The passphrase in NFC, so that every keyboard gives the same bytes. */
async function keysOf(passphrase: string, salt: Buffer, { n, r, p }: typeof cost): Promise<Keys> {
  const maxmem = 128 * n * r + 128 * r * (p + 2) + 2 ** 20;
  const bytes = await derive(passphrase.normalize('NFC'), salt, 64, { N: n, r, p, maxmem });
  return { cipher: bytes.subarray(0, 32), mac: bytes.subarray(32) };
}

function sealWith({ cipher: key, mac }: Keys, terms: SealTerms): PasswordSeal {
  return {
    terms,
    seal(password, userId) {
      const iv = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(userId));
      const sealed = Buffer.concat([cipher.update(password, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return `sealed$${iv.toString('base64url')}$${sealed.toString('base64url')}`;
    },
    open(sealed, userId) {
      const [, iv, rest] = /^sealed\$([\w-]{16})\$([\w-]{22,1024})$/.exec(sealed) ?? [];
      if (iv === undefined || rest === undefined) return undefined;
      const bytes = Buffer.from(rest, 'base64url');
      if (bytes.toString('base64url') !== rest) return undefined;
      const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(iv, 'base64url'), { authTagLength: 16 });
      decipher.setAAD(Buffer.from(userId)).setAuthTag(bytes.subarray(-16));
      try {
        return decipher.update(bytes.subarray(0, -16), undefined, 'utf8') + decipher.final('utf8');
      } catch {
        return undefined;
      }
    },
    vouch: (digest) => macOf(mac, `file ${digest}`),
  };
}

const checkOf = ({ mac }: Keys) => macOf(mac, 'passphrase');
const macOf = (key: Buffer, text: string) => createHmac('sha256', key).update(text).digest('base64url');
