import { createHash } from 'node:crypto';
import type { Client } from '#lib/caller/client.ts';

/**
 * 16 characters that are the same for one device in one network: its `User-Agent`, and the /24 of an IPv4 or the /48 of an
 * IPv6 address. They tell two tabs of a browser from a stranger. They prove nothing: a client can send any `User-Agent`.
 */
export function clientMark({ device, address }: Pick<Client, 'device' | 'address'>): string {
  const network = address.includes(':') ? address.split(':').slice(0, 3).join(':') : address.split('.').slice(0, 3).join('.');
  return createHash('sha256').update(`${network}\0${device}`).digest('base64url').slice(0, 16);
}
