/** Who is at the other end of a request, as the gateway saw it. */
export type Client = {
  /** The IPv4 address, or the /64 an IPv6 address belongs to: what one customer of a provider is given. */
  readonly address: string;
  /** What the device says it is; at most 256 characters, control characters gone. */
  readonly device: string;
  /** The invocation's id: the same in every try of one request, another in every other request. */
  readonly requestId: string;
};

/** The address limits are counted by. A header such as `X-Forwarded-For` is never looked at: anyone can write one. */
export function countedAddress(sourceIp: string): string {
  if (!sourceIp.includes(':')) return sourceIp;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(sourceIp)?.[1];
  if (mapped) return mapped;
  const [head = '', tail = ''] = sourceIp.split('::');
  const left = head.split(':').filter(Boolean);
  const right = tail.split(':').filter(Boolean);
  const missing = Math.max(0, 8 - left.length - right.length);
  const groups = sourceIp.includes('::') ? [...left, ...Array<string>(missing).fill('0'), ...right] : left;
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}

export function describeDevice(userAgent: string | undefined): string {
  return (userAgent ?? '').slice(0, 256).replace(/\p{C}/gu, '');
}
