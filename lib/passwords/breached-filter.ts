import { createHash } from 'node:crypto';

/**
 * A Bloom filter of SHA-1 digests, as one run of bytes. It has every digest that was added, and with `hashes` 10 and 14.4 bits for each
 * entry about one in 1,000 others. Numbers are big-endian, of 4 bytes:
 *
 * | from | length | what |
 * |---|---|---|
 * | 0 | 8 | the magic `breached` |
 * | 8 | 4 | the version of this layout, 1 |
 * | 12 | 4 | hashes: the number of bits that an entry sets |
 * | 16 | 4 | bits |
 * | 20 | 4 | entries |
 * | 24 | 32 | SHA-256 of everything else |
 * | 56 | bits / 8 | the bits, lowest first in each byte |
 */
const magic = 'breached';
const version = 1;
const sealAt = 24;
const bodyAt = 56;
const bitsPerEntry = 14.4;
const hashesOfNew = 10;
/** Filters of a few entries would have more than their share by chance, because their bits are too close. */
const fewestBits = 2 ** 16;

/** The most entries of a filter: 45 MB, so that a zip stays below the 50 MB that AWS Lambda takes directly. */
export const mostEntries = 25_000_000;

export type BreachedFilter = {
  readonly entries: number;
  readonly bits: number;
  readonly hashes: number;
  /** Whether the filter has a SHA-1, 20 bytes from `at`. */
  has(digests: Buffer, at?: number): boolean;
};

/** Thrown for bytes that are no sound filter; the message goes on after the name of the file. */
export class UnsoundFilter extends Error {
  override readonly name = 'UnsoundFilter';
}

/** Reads a filter. Throws UnsoundFilter if the bytes are no filter of this version, or not of its length. The seal is not compared. */
export function openFilter(bytes: Buffer): BreachedFilter {
  if (bytes.length < bodyAt || bytes.toString('latin1', 0, 8) !== magic) throw new UnsoundFilter('is no filter of breached passwords');
  const [found, hashes, bits, entries] = [8, 12, 16, 20].map((at) => bytes.readUInt32BE(at)) as [number, number, number, number];
  if (found !== version) throw new UnsoundFilter(`has the version ${found}, but has to have ${version}`);
  if (bits === 0 || hashes === 0 || hashes > 64 || bytes.length !== bodyAt + Math.ceil(bits / 8)) throw new UnsoundFilter('is damaged');
  return {
    entries,
    bits,
    hashes,
    has(digests, at = 0) {
      for (const bit of bitsOf(digests, at, { bits, hashes })) {
        if ((byteOf(bytes, bit) & (1 << (bit & 7))) === 0) return false;
      }
      return true;
    },
  };
}

/** The same, and compares the seal, which takes as long as a SHA-256 of the whole file. */
export function openSealedFilter(bytes: Buffer): BreachedFilter {
  const filter = openFilter(bytes);
  if (!bytes.subarray(sealAt, bodyAt).equals(sealOf(bytes))) throw new UnsoundFilter('is damaged');
  return filter;
}

/** An empty filter with space for so many entries. */
export function newFilter(space: number) {
  const [bits, hashes] = [Math.max(fewestBits, Math.ceil(space * bitsPerEntry)), hashesOfNew];
  const bytes = Buffer.alloc(bodyAt + Math.ceil(bits / 8));
  let entries = 0;
  return {
    /** Adds the SHA-1 of 20 bytes from `at`. */
    add(digests: Buffer, at = 0): void {
      for (const bit of bitsOf(digests, at, { bits, hashes })) bytes[bodyAt + (bit >>> 3)] = byteOf(bytes, bit) | (1 << (bit & 7));
      entries += 1;
    },
    /** The bytes of the file. */
    sealed(): Buffer {
      bytes.write(magic, 'latin1');
      for (const [at, number] of [version, hashes, bits, entries].entries()) bytes.writeUInt32BE(number, 8 + 4 * at);
      sealOf(bytes).copy(bytes, sealAt);
      return bytes;
    },
  };
}

/** The share of digests that a filter has by chance: (1 - e^(-k·n/m))^k (Broder and Mitzenmacher, "Network Applications of Bloom Filters"). */
export function shareByChance({ entries, bits, hashes }: Omit<BreachedFilter, 'has'>): number {
  return (1 - Math.exp((-hashes * entries) / bits)) ** hashes;
}

/**
 * The bits of an entry, by double hashing: two numbers of 48 bits from the SHA-1 give all of them. Source: Kirsch and Mitzenmacher, "Less
 * Hashing, Same Performance: Building a Better Bloom Filter", 2006.
 */
function bitsOf(digests: Buffer, at: number, { bits, hashes }: { readonly bits: number; readonly hashes: number }): number[] {
  const step = bits > 1 ? 1 + (digests.readUIntBE(at + 6, 6) % (bits - 1)) : 0;
  const found = new Array<number>(hashes);
  let bit = digests.readUIntBE(at, 6) % bits;
  for (let index = 0; index < hashes; index += 1) {
    found[index] = bit;
    bit += step;
    if (bit >= bits) bit -= bits;
  }
  return found;
}

const byteOf = (bytes: Buffer, bit: number): number => bytes[bodyAt + (bit >>> 3)] ?? 0;

function sealOf(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes.subarray(0, sealAt)).update(bytes.subarray(bodyAt)).digest();
}
