import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll } from 'vitest';
import { rangeBreaches } from '#lib/passwords/breaches.range.ts';

/** A service on this machine that answers as the range endpoint of Pwned Passwords does. */
export async function madeRange() {
  const counts = new Map<string, number>();
  const asked: IncomingMessage[] = [];
  const fault: { answer?: ((response: ServerResponse) => void) | undefined } = {};
  const server = createServer((request, response) => {
    asked.push(request);
    if (fault.answer) return fault.answer(response);
    const prefix = request.url?.split('/').at(-1) ?? '';
    const lines = [...counts].filter(([digest]) => digest.startsWith(prefix)).map(([digest, count]) => `${digest.slice(5)}:${count}`);
    response.end([...lines, `${'0'.repeat(35)}:0`].join('\r\n'));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/range/`;
  return {
    asked,
    fault,
    breaches: rangeBreaches({ stage: 'test', url }),
    /** The same with less patience. */
    impatient: rangeBreaches({ stage: 'test', url, patienceMilliseconds: 1 }),
    /** Puts a password into the collection, with how often it was found. */
    add: (password: string, count: number) => counts.set(createHash('sha1').update(password).digest('hex').toUpperCase(), count),
  };
}
