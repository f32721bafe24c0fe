import { describe, expect, test } from 'vitest';
import { readBody } from '#lib/http/read-body.ts';
import { Problem } from '#lib/problem.ts';
import { boundary, formType, madeForm } from './made-form.ts';

const picture = { field: 'avatar', maxBytes: 1000, tooLarge: 'image_too_large' } as const;
const read = async (body: Buffer, file?: typeof picture, contentType = formType) =>
  await readBody({ body: body.toString('base64'), isBase64Encoded: true, contentType }, file);
const problemOf = async (body: Buffer, file?: typeof picture, contentType = formType) => {
  const thrown = await read(body, file, contentType).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(Problem);
  return thrown as Problem;
};
const bytes = (count: number) => Uint8Array.from({ length: count }, (_, index) => index % 251);
const upload = (count: number) => ({ name: 'avatar', text: bytes(count), filename: 'me.png', type: 'image/png' });

describe('a multipart form', () => {
  test('has fields like any other body', async () => {
    expect(await read(madeForm({ name: 'username', text: 'Zoë' }, { name: 'password', text: ' 密\r\n码 ' }))).toEqual({
      fields: { username: 'Zoë', password: ' 密\r\n码 ' },
    });
  });

  test('is read as browsers and fetch send it', async () => {
    const form = new FormData();
    form.set('note', 'ä');
    form.set('avatar', new Blob([bytes(500)]), 'ä.png');
    const request = new Request('http://a.example', { method: 'POST', body: form });
    const { fields, file } = await read(Buffer.from(await request.arrayBuffer()), picture, request.headers.get('content-type') ?? '');
    expect(fields).toEqual({ note: 'ä' });
    expect(Buffer.compare(file ?? Buffer.alloc(0), bytes(500))).toBe(0);
  });

  test('gives the last field of a name, as other bodies do, and the first file', async () => {
    expect((await read(madeForm({ name: 'a', text: '1' }, { name: 'a', text: '2' }))).fields).toEqual({ a: '2' });
    const [first, second] = [upload(1), upload(2)];
    expect((await read(madeForm(first, second), picture)).file).toHaveLength(1);
  });

  test('cannot pollute a prototype', async () => {
    const { fields } = await read(madeForm({ name: '__proto__', text: 'x' }, { name: 'constructor', text: 'y' }));
    expect(Object.getPrototypeOf(fields)).toBe(Object.prototype);
    expect(Object.keys(fields).sort()).toEqual(['__proto__', 'constructor']);
  });

  test('does not take a file for a field, or a field for a file', async () => {
    expect(await read(madeForm({ name: 'password', text: 'x', filename: 'x.txt' }))).toEqual({ fields: {} });
    expect(await read(madeForm({ name: 'avatar', text: 'x' }), picture)).toEqual({ fields: { avatar: 'x' } });
  });

  test('may have files that the route does not ask for', async () => {
    const { fields, file } = await read(madeForm({ ...upload(5000), name: 'other' }, upload(3), { name: 'a', text: '1' }), picture);
    expect([fields, file?.length]).toEqual([{ a: '1' }, 3]);
  });
});

describe('a file', () => {
  test('arrives unchanged, up to its limit', async () => {
    const { file } = await read(madeForm(upload(1000)), picture);
    expect(Buffer.compare(file ?? Buffer.alloc(0), bytes(1000))).toBe(0);
  });

  test('of one byte more is too large, with the route’s own problem', async () => {
    expect(await problemOf(madeForm(upload(1001)), picture)).toMatchObject({
      code: 'image_too_large',
      options: { values: { limit: 1000 } },
    });
  });

  test('in a body that is too large to be parsed is too large as well', async () => {
    expect(await problemOf(madeForm(upload(70_000)), picture)).toMatchObject({ code: 'image_too_large' });
  });

  test('of 307,200 bytes leaves room for the other fields', async () => {
    const photo = { ...picture, maxBytes: 307_200 } as unknown as typeof picture;
    const { file } = await read(madeForm(upload(307_200), { name: 'note', text: 'x'.repeat(60_000) }), photo);
    expect(file).toHaveLength(307_200);
    expect(await problemOf(madeForm(upload(307_201)), photo)).toMatchObject({ code: 'image_too_large' });
  });

  test('that is empty is there and empty', async () => {
    expect((await read(madeForm(upload(0)), picture)).file).toHaveLength(0);
  });

  test('is accepted in a multipart form only', async () => {
    for (const type of ['application/json', 'image/png', 'application/x-www-form-urlencoded', '']) {
      expect(await problemOf(Buffer.from('{}'), picture, type)).toMatchObject({ code: 'unsupported_media_type' });
    }
  });
});

describe('a broken form is malformed, at once and without harm', () => {
  const whole = madeForm({ name: 'a', text: '1' }, upload(20), { name: 'b', text: '2' });

  test('if it ends too soon, at any byte', async () => {
    for (let length = 1; length < whole.length - 4; length += 1) {
      for (const file of [undefined, picture]) {
        const { code, options } = await problemOf(whole.subarray(0, length), file);
        expect({ code, ...options }).toMatchObject({ code: 'malformed_request', detail: 'malformed_multipart' });
      }
    }
  });

  test.for([
    'multipart/form-data',
    'multipart/form-data; boundary=another',
    `multipart/form-data; boundary=${'x'.repeat(5000)}`,
    `multipart/form-data; boundary="${boundary}x"`,
    'multipart/form-data; boundary=\u0000',
  ])('with the content type %j', async (type) => {
    expect(await problemOf(whole, picture, type)).toMatchObject({ code: 'malformed_request' });
  });

  test.for(['hello', '\r\n', '\r\n\r\n', `--${boundary}`, `--${boundary}\n--${boundary}\n`, '{"a":1}'])('if it is %j', async (body) => {
    expect(await problemOf(Buffer.from(body))).toMatchObject({ code: 'malformed_request' });
  });

  test('or is read, but is never a fault, if any byte is changed', async () => {
    for (let at = 0; at < whole.length; at += 3) {
      for (const value of [0, 0x0a, 0x0d, 0x22, 0x2d, 0xff]) {
        const odd = Buffer.from(whole);
        odd[at] = value;
        const outcome = await read(odd, picture).catch((error: unknown) => error);
        if (outcome instanceof Error) expect(outcome).toBeInstanceOf(Problem);
      }
    }
  });
});

test('parts after the 60th and headers after the 20th are ignored', async () => {
  const parts = Array.from({ length: 2000 }, (_, index) => ({ name: `f${index}`, text: '' }));
  expect(Object.keys((await read(madeForm(...parts.slice(0, 500)))).fields).length).toBeLessThanOrEqual(60);
  const odd = Buffer.from(
    `--${boundary}\r\ncontent-disposition: form-data; name="a"\r\n${'x: y\r\n'.repeat(9000)}\r\n1\r\n--${boundary}--\r\n`,
  );
  expect((await read(odd)).fields).toEqual({ a: '1' });
});
