import { describe, expect, test } from 'vitest';
import { maxBodyBytes, readBody } from '#lib/http/read-body.ts';
import { Problem } from '#lib/problem.ts';

const read = async (contentType: string | undefined, body: string | Uint8Array | undefined) => {
  const received =
    typeof body === 'string'
      ? { body, isBase64Encoded: false }
      : { body: Buffer.from(body ?? []).toString('base64'), isBase64Encoded: true };
  return (await readBody({ ...(body === undefined ? { body, isBase64Encoded: false } : received), contentType })).fields;
};
const problemOf = async (contentType: string | undefined, body: string | Uint8Array) => {
  const thrown = await read(contentType, body).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(Problem);
  return thrown as Problem;
};
const json = 'application/json';
const form = 'application/x-www-form-urlencoded';

describe('the same fields come', () => {
  const fields = { username: 'Zoë', password: ' p&=+%\t密码 ' };
  const urlencoded = new URLSearchParams(fields).toString();

  test.for<[string, string, string | Uint8Array]>([
    ['as JSON', json, JSON.stringify(fields)],
    ['as JSON in base64, as API Gateway sends binary bodies', json, Buffer.from(JSON.stringify(fields))],
    ['as JSON with a charset, in any case', 'Application/JSON; charset=UTF-8', JSON.stringify(fields)],
    ['as JSON with a byte order mark', json, `\ufeff${JSON.stringify(fields)}`],
    ['as a form', form, urlencoded],
    ['as a form with a charset', `${form};charset=utf-8`, Buffer.from(urlencoded)],
  ])('%s', async ([, type, body]) => {
    expect(await read(type, body)).toEqual(fields);
  });
});

test('an empty body has no fields, whatever its content type', async () => {
  for (const type of [json, form, 'multipart/form-data', 'text/plain', '', undefined]) {
    expect(await read(type, undefined)).toEqual({});
    expect(await read(type, '')).toEqual({});
  }
});

test.for([
  'text/plain',
  'application/xml',
  'application/jsonx',
  'text/json',
  '',
  undefined,
  'application/json-patch+json',
  ';',
  'application/json, text/plain',
])('content type %j is not supported', async (type) => {
  expect(await problemOf(type, '{}')).toMatchObject({ code: 'unsupported_media_type', status: 415 });
});

test('a refused content type is repeated without characters that could harm a log or a page', async () => {
  const { options } = await problemOf(`text/<script>"\n${'x'.repeat(500)}`, '{}');
  expect(options.values?.['type']).toMatch(/^text\/script[\w.+/-]{1,100}$/);
});

describe('JSON', () => {
  test.for([
    ['[]', 'list'],
    ['[{"a":1}]', 'list'],
    ['5', 'int'],
    ['1.5', 'float'],
    ['"a"', 'str'],
    ['true', 'bool'],
  ] as const)('that is not an object (%s) is an error of the whole form, which names its type in Python', async ([body, type]) => {
    expect(await problemOf(json, body)).toMatchObject({
      code: 'validation_failed',
      options: { errors: { non_field_errors: [{ phrase: 'not_a_dictionary', values: { type } }] } },
    });
  });

  test('that is null has no data', async () => {
    expect(await problemOf(json, 'null')).toMatchObject({ options: { errors: { non_field_errors: [{ phrase: 'no_data' }] } } });
  });

  test.for(['{', '{"a":1,}', "{'a':1}", '{"a":NaN}', '{} {}', '\ufeff', ' ', '{"a":"\n"}', '\0'])(
    'that is broken (%j) is malformed',
    async (body) => {
      expect(await problemOf(json, body)).toMatchObject({ code: 'malformed_request', status: 400, options: { detail: 'malformed_json' } });
    },
  );

  test('of 65,536 brackets is refused and not a fault', async () => {
    for (const body of [
      '['.repeat(65_536),
      `${'['.repeat(32_768)}${']'.repeat(32_768)}`,
      `{"a":${'['.repeat(32_765)}${']'.repeat(32_765)}}`.slice(0, 65_536),
    ]) {
      const outcome = await read(json, body).catch((error: unknown) => error);
      if (outcome instanceof Error) expect(outcome).toBeInstanceOf(Problem);
    }
    expect(await problemOf(json, '['.repeat(100_000))).toMatchObject({ code: 'request_too_large' });
  });

  test('cannot pollute a prototype', async () => {
    const fields = await read(json, '{"__proto__":{"isAdmin":true},"constructor":{"prototype":{"isAdmin":true}}}');
    expect(Object.getPrototypeOf(fields)).toBe(Object.prototype);
    expect('isAdmin' in fields || 'isAdmin' in {}).toBe(false);
  });
});

describe('a form', () => {
  test('cannot pollute a prototype', async () => {
    const fields = await read(form, '__proto__[isAdmin]=1&__proto__=x&constructor.prototype.isAdmin=1&a=b');
    expect(Object.getPrototypeOf(fields)).toBe(Object.prototype);
    expect('isAdmin' in {}).toBe(false);
    expect(fields['a']).toBe('b');
  });

  test('is read as far as possible, however broken', async () => {
    expect(await read(form, '&&=&a&b=%zz&c=%E4%BD&d==')).toEqual({ '': '', a: '', b: '%zz', c: '\ufffd', d: '=' });
  });
});

test.for([json, form])('%s that is not UTF-8 is malformed', async (type) => {
  for (const bytes of [[0xff], [0x7b, 0xc0, 0xaf, 0x7d], [0xed, 0xa0, 0x80]]) {
    expect(await problemOf(type, Uint8Array.from(bytes))).toMatchObject({
      code: 'malformed_request',
      options: { detail: 'malformed_text' },
    });
  }
});

describe('a body', () => {
  const ofBytes = (count: number) => `{"a":"${'x'.repeat(count - 8)}"}`;

  test('of 65,536 bytes is read, one of 65,537 is too large', async () => {
    expect(maxBodyBytes).toBe(65_536);
    expect(await read(json, ofBytes(65_536))).toHaveProperty('a');
    expect(await read(json, Buffer.from(ofBytes(65_536)))).toHaveProperty('a');
    for (const body of [ofBytes(65_537), Buffer.from(ofBytes(65_537))]) {
      expect(await problemOf(json, body)).toMatchObject({ code: 'request_too_large', status: 413, options: { values: { limit: 65_536 } } });
    }
  });

  test('is measured in bytes, not in characters', async () => {
    expect(await problemOf(json, `{"a":"${'码'.repeat(22_000)}"}`)).toMatchObject({ code: 'request_too_large' });
  });

  test('is checked for its size before anything else', async () => {
    expect(await problemOf('text/plain', 'x'.repeat(65_537))).toMatchObject({ code: 'request_too_large' });
  });
});
