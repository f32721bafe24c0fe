import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below the ports that systems hand out by themselves (32768 and up, or 49152), above what services are known by. */
const ours = { from: 20_000, to: 32_768 };

/**
 * A TCP port of 127.0.0.1 that was free a moment ago. Nobody who asks for any port is given it, nor is an outgoing connection; somebody who
 * picks as we do may still be first, so be ready to ask again.
 */
export async function freePort(): Promise<number> {
  for (let attempt = 1; attempt <= 100; attempt += 1) {
    const port = randomInt(ours.from, ours.to);
    if ((await whyNotOpen(port)) === undefined) return port;
  }
  throw new Error(`no port between ${ours.from} and ${ours.to} is free`);
}

/** Why a port cannot be opened, as the system's code (`EADDRINUSE`, `EACCES`, …); undefined where it can, on IPv4 and IPv6. */
export async function whyNotOpen(port: number): Promise<string | undefined> {
  for (const address of ['127.0.0.1', '::1']) {
    try {
      await open(port, address);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const hasNoSuchAddress = code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT';
      if (!hasNoSuchAddress) return code ?? 'unknown';
    }
  }
  return undefined;
}

function open(port: number, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(port, address, () => probe.close(() => resolve()));
  });
}
