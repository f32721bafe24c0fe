import { describe, expect, test } from 'vitest';
import { rangeBreaches } from '#lib/passwords/breaches.range.ts';
import { logged } from '../logged.ts';
import { madeRange } from './made-range.ts';

const service = await madeRange();
const leaked = 'violet kettle under a roof';
service.add(leaked, 3);
service.add('padded with this line', 0);

/** The answer, and the warnings that were logged. */
async function outcome(asking: () => Promise<boolean>) {
  let has: boolean | undefined;
  const lines = await logged(async () => {
    has = await asking();
  });
  return { has, lines };
}

describe('a breach', () => {
  test('is found if the password was found at least once', async () => {
    expect(await outcome(() => service.breaches.has(leaked))).toEqual({ has: true, lines: [] });
    expect(await outcome(() => service.breaches.has('another kettle under a roof'))).toEqual({ has: false, lines: [] });
  });

  test('is not found in the padding, which has the count 0', async () => {
    expect(await outcome(() => service.breaches.has('padded with this line'))).toEqual({ has: false, lines: [] });
  });

  test('is asked for with five digits of the hash, and with padding', async () => {
    service.asked.length = 0;
    await service.breaches.has(leaked);
    const [request] = service.asked;
    expect([service.asked.length, request?.method, request?.headers['add-padding']]).toEqual([1, 'GET', 'true']);
    expect(request?.url).toMatch(/^\/range\/[0-9A-F]{5}$/);
    expect(JSON.stringify([request?.headers, request?.url])).not.toContain('violet');
  });

  test('is that of the composed letters, as they are hashed', async () => {
    service.add('zwölf Kessel im Dach', 1);
    expect(await service.breaches.has('zwo\u0308lf Kessel im Dach')).toBe(true);
  });
});

describe('a service that does not answer refuses no password, and is counted', () => {
  const warning = (reason: string) => expect.objectContaining({ level: 'warn', breaches_not_asked: 1, stage: 'test', reason });
  const failed = async (asking: () => Promise<boolean>, reason: string) => {
    const { has, lines } = await outcome(asking);
    expect({ has, lines }).toEqual({ has: false, lines: [warning(reason)] });
    expect(JSON.stringify(lines)).not.toMatch(/range|violet/);
  };
  const answering = async (answer: NonNullable<typeof service.fault.answer>, asking: () => Promise<boolean>, reason: string) => {
    service.fault.answer = answer;
    await failed(asking, reason);
    service.fault.answer = undefined;
  };
  const { breaches, impatient } = service;

  test('with an error', async () => {
    await answering(
      (response) => response.writeHead(503).end('busy'),
      () => breaches.has(leaked),
      'status 503',
    );
  });
  test('with something else than a list', async () => {
    await answering(
      (response) => response.end('<html>sign in to this network</html>'),
      () => breaches.has(leaked),
      'no list of hashes',
    );
  });
  test('with a redirect, which is not followed', async () => {
    await answering(
      (response) => response.writeHead(302, { location: '/range/00000' }).end(),
      () => breaches.has(leaked),
      'not reached',
    );
  });
  test('never', async () => {
    await answering(
      () => undefined,
      () => impatient.has(leaked),
      'no answer in time',
    );
  });
  test('with a list that does not end', async () => {
    await answering(
      (response) => response.write(`${'0'.repeat(35)}:0\r\n`),
      () => impatient.has(leaked),
      'no answer in time',
    );
  });
  test('where nothing listens', async () => {
    const { has } = rangeBreaches({ stage: 'test', url: 'http://127.0.0.1:1/range/' });
    await failed(() => has(leaked), 'not reached');
  });
});
