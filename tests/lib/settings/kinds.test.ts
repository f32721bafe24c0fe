import { describe, expect, test } from 'vitest';
import {
  baseUrl,
  credentialsHeader,
  flag,
  oneOf,
  origins,
  passwordHashers,
  pathPrefix,
  schemeWords,
  tokenClasses,
  whole,
} from '#lib/settings/kinds.ts';

describe('web origins', () => {
  test.for([
    ['', []],
    ['https://app.example.com', ['https://app.example.com']],
    [' https://a.example , http://localhost:3000 ,', ['https://a.example', 'http://localhost:3000']],
    ['http://[::1]:8080', ['http://[::1]:8080']],
    ['http://localhost:*,http://127.0.0.1:*', ['http://localhost:*', 'http://127.0.0.1:*']],
  ] as const)('%j are these, exactly', ([written, list]) => {
    expect(origins.read(written)).toEqual(list);
  });

  test.for([
    '*',
    'null',
    'https://a.example,*',
    'https://a.example,null',
    'https://a.example/',
    'https://a.example/app',
    'https://A.example',
  ])('%j is no list of exact origins', (written) => {
    expect(origins.read(written)).toBeUndefined();
  });

  test.for([
    'https://a.example:443',
    'a.example',
    '//a.example',
    'https://user@a.example',
    'file:///',
    'data:,',
    'https://',
    'https://a b',
  ])('%j is no list of exact origins either', (written) => {
    expect(origins.read(written)).toBeUndefined();
  });

  test.for([
    'https://*',
    'http://*',
    'https://*.example.com',
    'https://localhost:*',
    'http://localhost*',
    'http://*:3000',
    'http://localhost:*/',
    'http://LOCALHOST:*',
    'http://localhost:30*',
    'http://app.example.com:*',
    'http://127.0.0.*:3000',
    'http://0.0.0.0:*',
  ])('%s lets in more than one origin, and so is none: API Gateway takes it for a wildcard', (written) => {
    expect(origins.read(written)).toBeUndefined();
  });

  test.for(['ftp://a.example', 'ws://a.example', 'wss://a.example'])('%s is not an origin of a web page', (written) => {
    expect(origins.read(written)).toBeUndefined();
  });
});

describe('an address', () => {
  test.for([
    ['', ''],
    ['https://accounts.example.com', 'https://accounts.example.com'],
    ['https://accounts.example.com/', 'https://accounts.example.com'],
    ['http://localhost:3000/a//', 'http://localhost:3000/a'],
  ] as const)('%j is read as %j', ([written, address]) => {
    expect(baseUrl.read(written)).toBe(address);
  });

  test.for([
    'accounts.example.com',
    '//a.example',
    'ftp://a.example',
    'https://a.example?x=1',
    'https://a.example#x',
    'https://me:pw@a.example',
    'https://',
    'javascript:alert(1)',
  ])('%j is none of ours', (written) => {
    expect(baseUrl.read(written)).toBeUndefined();
  });

  test.for(['https://:pw@a.example', ' https://a.example', 'https:a.example'])('%j is not accepted either', (written) => {
    expect(baseUrl.read(written)).toBeUndefined();
  });

  test('has its scheme in lower case, so that HTTP: is refused on a deployed stage', () => {
    expect(baseUrl.read('HTTP://a.example') ?? 'http://a.example').toBe('http://a.example');
  });
});

test.for([
  ['', true],
  ['/accounts', true],
  ['/a/b-c_d~e.f', true],
  ['/', false],
  ['/accounts/', false],
  ['accounts', false],
  ['//a', false],
  ['/a b', false],
  ['/{id}', false],
  ['/a?b', false],
  ['/a\n', false],
] as const)('%j is a prefix of paths: %s', ([written, isPrefix]) => {
  expect(pathPrefix.read(written)).toBe(isPrefix ? written : undefined);
});

test.for(['TRUE', 'True', 'yes', '1', '', ' true'])('%j is neither true nor false', (written) => {
  expect(flag.read(written)).toBeUndefined();
});

test('a whole number is written in digits and is within its bounds', () => {
  const kind = whole(4, 15);
  expect([4, 15].map(String).map(kind.read)).toEqual([4, 15]);
  for (const written of ['3', '16', '-4', '4.0', '1e1', '0x5', '', ' 5', '٥', 'NaN', '9999999999'])
    expect(kind.read(written)).toBeUndefined();
  expect(kind.expected).toContain('4 to 15');
});

test('a choice is one of the listed values', () => {
  expect(oneOf('a', 'b').read('b')).toBe('b');
  expect(oneOf('', 'a', 'b').expected).toBe('empty, or one of a, b');
  for (const written of ['c', 'A', '', 'constructor']) expect(oneOf('a', 'b').read(written)).toBeUndefined();
});

describe('password hashers', () => {
  test('are read by their own names and by those of Django’s classes, in order', () => {
    const written = ' argon2, django.contrib.auth.hashers.PBKDF2PasswordHasher ,django.contrib.auth.hashers.UnsaltedMD5PasswordHasher';
    expect(passwordHashers.read(written)).toEqual(['argon2', 'pbkdf2_sha256', 'unsalted_md5']);
  });

  test.for([
    '',
    ',',
    'argon2,',
    'Argon2',
    'crypt',
    'constructor',
    'PBKDF2PasswordHasher',
    'my.hashers.PBKDF2PasswordHasher',
    'argon2,argon2',
    'pbkdf2_sha256,django.contrib.auth.hashers.PBKDF2PasswordHasher',
  ])('%j are none', (written) => {
    expect(passwordHashers.read(written)).toBeUndefined();
  });
});
describe('classes of tokens', () => {
  const dotted = 'rest_framework_simplejwt.tokens.';

  test.for<[string, readonly string[]]>([
    ['AccessToken', ['access']],
    ['SlidingToken', ['sliding']],
    ['AccessToken,SlidingToken', ['access', 'sliding']],
    ['SlidingToken, AccessToken', ['sliding', 'access']],
    [`${dotted}SlidingToken`, ['sliding']],
    [`${dotted}AccessToken,${dotted}SlidingToken`, ['access', 'sliding']],
  ])('%j are read', ([written, types]) => {
    expect(tokenClasses.read(written)).toEqual(types);
  });

  test.for([
    '',
    ',',
    'RefreshToken',
    'UntypedToken',
    'accesstoken',
    'access',
    'AccessToken,',
    'AccessToken,AccessToken',
    `AccessToken,${dotted}AccessToken`,
    'AccessToken SlidingToken',
    'mine.tokens.AccessToken',
    `${dotted}${dotted}AccessToken`,
    "('rest_framework_simplejwt.tokens.AccessToken',)",
    'constructor',
  ])('%j are none', (written) => {
    expect(tokenClasses.read(written)).toBeUndefined();
  });
});

describe('the schemes before credentials', () => {
  test('are tokens, as they are written', () => {
    for (const [written, words] of [
      ['Bearer', ['Bearer']],
      ['Bearer, JWT ,token', ['Bearer', 'JWT', 'token']],
      ["a!#$%&'*+-.^_`|~9", ["a!#$%&'*+-.^_`|~9"]],
    ] as const)
      expect(schemeWords.read(written)).toEqual(words);
  });

  test.for(['', ' ', ',', 'Bearer,', ',Bearer', 'Bearer,,JWT', 'Bearer JWT', 'Bearer;', 'B\u00e4rer', 'a"b', 'Bearer\nX', 'Bearer:'])(
    '%j are none',
    (written) => {
      expect(schemeWords.read(written)).toBeUndefined();
    },
  );

  test('are each listed once, without regard to case', () => {
    for (const written of ['Bearer,bearer', 'JWT,Token,TOKEN']) expect(schemeWords.read(written)).toBeUndefined();
  });
});

describe('a header for credentials', () => {
  test.for([
    ['Authorization', 'Authorization'],
    ['HTTP_AUTHORIZATION', 'Authorization'],
    ['HTTP_X_ACCESS_TOKEN', 'X-Access-Token'],
    ['x-api-key', 'x-api-key'],
    ['X-Access-Token', 'X-Access-Token'],
  ] as const)('%s is %s', ([written, name]) => {
    expect(credentialsHeader.read(written)).toBe(name);
  });

  test.for([
    '',
    ' ',
    'X Token',
    'X_Token',
    'X-Token:',
    'X-Token\n',
    '-X',
    'X-',
    'X--Y',
    '9X',
    'HTTP_',
    'HTTP__X',
    'Authoriz\u00e4tion',
    'x'.repeat(65),
  ])('%j is the name of none', (written) => {
    expect(credentialsHeader.read(written)).toBeUndefined();
  });

  test.for(
    'Cookie HTTP_COOKIE Set-Cookie Connection Keep-Alive TE Trailer Transfer-Encoding Upgrade Proxy-Authorization Proxy-Connection Host Content-Type Content-Length HTTP_ACCEPT Accept-Language Origin Referer User-Agent Forwarded X-Forwarded-For X-Amzn-Trace-Id X-Amz-Date If-None-Match Sec-Fetch-Site Access-Control-Request-Headers Via Expect Date Range Cache-Control'.split(
      ' ',
    ),
  )('%s belongs to somebody else', (written) => {
    expect(credentialsHeader.read(written)).toBeUndefined();
  });
});
