import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Emulator, EmulatorError } from './emulator.ts';

/** Opens an HTTP server on 127.0.0.1 (port 0 is any free one), and closes it with all its connections on request. */
export function listen(server: Server, port: number): Promise<Emulator> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => reject(new EmulatorError(`port ${port} cannot be opened: ${cause.message}`, { cause })));
    server.listen(port, '127.0.0.1', () => {
      const { port: opened } = server.address() as AddressInfo;
      resolve({ endpoint: `http://127.0.0.1:${opened}`, stop: () => close(server) });
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
