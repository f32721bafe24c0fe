import { describe, expect, test } from 'vitest';
import { matchesOrigin, originPatterns } from '#lib/origins.ts';

const here = ['http://localhost:*', 'http://127.0.0.1:*'];

test('the only patterns are the two of this machine', () => {
  expect(originPatterns).toEqual(here);
});

describe('a pattern', () => {
  test.for([
    'http://localhost',
    'http://localhost:1',
    'http://localhost:5173',
    'http://localhost:65535',
    'http://127.0.0.1',
    'http://127.0.0.1:8081',
  ])('allows %s', (origin) => {
    expect(matchesOrigin(here, origin)).toBe(true);
  });

  test.for([
    '',
    'null',
    '*',
    'http://localhost:*',
    'http://127.0.0.1:*',
    'localhost:3000',
    '//localhost:3000',
    'https://localhost:3000',
    'ws://localhost:3000',
    'http://localhost:80.evil.example',
    'http://localhost.evil.example',
    'http://localhost.evil.example:3000',
    'http://evil.example#http://localhost:3000',
    'http://localhost:3000@evil.example',
    'http://localhost@evil.example',
    'http://user@localhost:3000',
    'http://user:word@localhost:3000',
    'http://evillocalhost:3000',
    'http://evil.localhost:3000',
    'http://localhost.:3000',
    'http://localhost:',
    'http://localhost:80',
    'http://localhost:65536',
    'http://localhost:99999999',
    'http://localhost:-1',
    'http://localhost:0x50',
    'http://localhost:03000',
    'http://localhost:3000/',
    'http://localhost:3000/app',
    'http://localhost:3000?',
    'http://localhost:3000#',
    'http://localhost:3000,http://localhost:3001',
    'http://localhost:3000 http://localhost:3001',
    ' http://localhost:3000',
    'http://localhost:3000\n',
    'http://local\thost:3000',
    'http:\\\\localhost:3000',
    'http:localhost:3000',
    'HTTP://localhost:3000',
    'http://LOCALHOST:3000',
    'http://\uff4cocalhost:3000',
    'http://127.0.0.1.evil.example:3000',
    'http://127.0.0.2:3000',
    'http://127.1:3000',
    'http://2130706433:3000',
    'http://0x7f.0.0.1:3000',
    'http://127.0.0.01:3000',
    'http://[::1]:3000',
    'http://[::ffff:127.0.0.1]:3000',
    'http://0.0.0.0:3000',
    'file://localhost',
  ])('does not allow %j', (origin) => {
    expect(matchesOrigin(here, origin)).toBe(false);
  });

  test('allows its own host only', () => {
    expect(matchesOrigin(['http://localhost:*'], 'http://127.0.0.1:3000')).toBe(false);
    expect(matchesOrigin(['http://127.0.0.1:*'], 'http://localhost:3000')).toBe(false);
  });

  test('of another machine is ignored', () => {
    expect(matchesOrigin(['http://app.example.com:*', 'https://localhost:*', '*', 'http://*'], 'http://app.example.com:3000')).toBe(false);
    expect(matchesOrigin(['https://localhost:*', '*'], 'https://localhost:3000')).toBe(false);
  });
});

describe('an exact origin', () => {
  const listed = ['https://app.example.com', 'http://localhost:5173'];

  test('is compared exactly', () => {
    for (const origin of listed) expect(matchesOrigin(listed, origin)).toBe(true);
    for (const origin of ['https://app.example.com:8443', 'http://app.example.com', 'https://APP.example.com', 'http://localhost:5174'])
      expect(matchesOrigin(listed, origin)).toBe(false);
  });

  test('is not in an empty list', () => {
    expect(matchesOrigin([], 'https://app.example.com')).toBe(false);
  });
});
