/** The client that sent a request, as the gateway saw it. */
export type Client = {
  /** The IPv4 address, or the /64 that an IPv6 address is in: providers give each customer a whole /64. */
  readonly address: string;
  /** The `User-Agent`: at most 256 characters, without control characters. */
  readonly device: string;
  /** The id of the Lambda invocation: the same in every retry of one request, and different in every other request. */
  readonly requestId: string;
};

/** The address that limits count by. Headers such as `X-Forwarded-For` are ignored: any client can write them. */
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

/** The `User-Agent` as `Client.device` keeps it. */
export function describeDevice(userAgent: string | undefined): string {
  return (userAgent ?? '').slice(0, 256).replace(/\p{C}/gu, '');
}
