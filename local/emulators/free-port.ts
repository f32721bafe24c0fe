import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below the ports that systems assign (32768 and up, or 49152), above those of well-known services. */
const ours = { from: 20_000, to: 32_768 };

/**
 * A TCP port of 127.0.0.1 that was free a moment ago. The system gives it neither to a program that asks for any port
 * nor to an outgoing connection. Another process of ours may still take it first, so be ready to ask again.
 */
export async function freePort(): Promise<number> {
  for (let attempt = 1; attempt <= 100; attempt += 1) {
    const port = randomInt(ours.from, ours.to);
    if ((await whyNotOpen(port)) === undefined) return port;
  }
  throw new Error(`no port between ${ours.from} and ${ours.to} is free`);
}

/**
 * The system's code for why a port cannot be opened (`EADDRINUSE`, `EACCES`, …); undefined if it can, on IPv4 and IPv6.
 */
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
