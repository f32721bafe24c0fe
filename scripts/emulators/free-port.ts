import { createServer } from 'node:net';

/** A TCP port of 127.0.0.1 that was free a moment ago. Somebody else may take it before you do, so be ready to ask again. */
export function freePort(): Promise<number> {
  return open(0, '127.0.0.1');
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

function open(port: number, address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(port, address, () => {
      const opened = probe.address();
      probe.close(() => resolve(opened && typeof opened === 'object' ? opened.port : port));
    });
  });
}
