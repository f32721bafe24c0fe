import { expect, test } from 'vitest';
import { refuseOtherMachines } from '#lib/http/this-machine.ts';

const asking = (headers: Record<string, string>) => () => refuseOtherMachines((name) => headers[name]);

test.for<Record<string, string>>([
  { host: 'localhost:3000' },
  { host: 'localhost' },
  { host: '127.0.0.1:3000', 'sec-fetch-site': 'none' },
  { host: '[::1]:3000', 'sec-fetch-site': 'same-origin' },
])('the person at this machine is let through: %j', (headers) => {
  expect(asking(headers)).not.toThrow();
});

test.for<Record<string, string>>([
  {},
  { host: 'evil.example:3000' },
  { host: 'localhost.evil.example' },
  { host: 'localhost:3000.evil.example' },
  { host: '127.0.0.1.evil.example:3000' },
  { host: '192.168.0.7:3000' },
  { host: 'localhost:3000', origin: 'https://evil.example' },
  { host: 'localhost:3000', origin: 'http://localhost:5173' },
  { host: 'localhost:3000', origin: 'null' },
  { host: 'localhost:3000', 'sec-fetch-site': 'cross-site' },
  { host: 'localhost:3000', 'sec-fetch-site': 'same-site' },
])('any other request is refused: %j', (headers) => {
  expect(asking(headers)).toThrow(expect.objectContaining({ code: 'permission_denied' }));
});
