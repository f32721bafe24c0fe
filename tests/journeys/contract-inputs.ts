import type { Ask, Side } from './contract-requests.ts';

/** A field that an endpoint asks for, and the body that lacks it or has it right. */
type Asked = { readonly path: string; readonly field: string; readonly right: (side: Side) => Readonly<Record<string, string>> };

/** Every field of every endpoint of simplejwt. */
const fields: readonly Asked[] = [
  { path: '/token/', field: 'username', right: ({ ada }) => ada },
  { path: '/token/', field: 'password', right: ({ ada }) => ada },
  { path: '/token/sliding/', field: 'username', right: ({ ada }) => ada },
  { path: '/token/sliding/', field: 'password', right: ({ ada }) => ada },
  { path: '/token/refresh/', field: 'refresh', right: ({ pair }) => ({ refresh: pair.refresh }) },
  { path: '/token/verify/', field: 'token', right: ({ pair }) => ({ token: pair.access }) },
  { path: '/token/blacklist/', field: 'refresh', right: ({ pair }) => ({ refresh: pair.refresh }) },
  { path: '/token/sliding/refresh/', field: 'token', right: ({ pair }) => ({ token: pair.sliding }) },
];
const paths = [...new Set(fields.map(({ path }) => path))];

/** What a field holds, as JSON; undefined if it is missing. */
const values: Readonly<Record<string, string | undefined>> = {
  'no field': undefined,
  null: 'null',
  'an empty text': '""',
  'white space': '" \\t "',
  true: 'true',
  false: 'false',
  'a list': '["x"]',
  'an object': '{"$ne":""}',
  zero: '0',
  'a whole number': '-12345678',
  'a number with a fraction': '1.5',
  'a number past 2^53': '98765432109876543210',
  'a number past every float': '1e999',
  'NUL in a text': '"x\\u0000y"',
  'half of a surrogate pair': '"x\\ud83dy"',
  'both halves the wrong way round': '"\\ude00\\ud83d"',
  'NUL and half of a surrogate pair': '"\\u0000\\udfff"',
  'a text of other letters': '"密码😀"',
};

/** Whole bodies, with the content type if it is not JSON. */
const bodies: Readonly<Record<string, Omit<Ask, 'method' | 'path'>>> = {
  'no body': { body: '' },
  'an empty object': { body: '{}' },
  'null as the body': { body: 'null' },
  'a text as the body': { body: '"x"' },
  'a whole number as the body': { body: '1' },
  'a number with a fraction as the body': { body: '1.5' },
  'true as the body': { body: 'true' },
  'an empty list as the body': { body: '[]' },
  'a list as the body': { body: '[{"token":"x"}]' },
  'an object that does not end': { body: '{"token": ' },
  'two objects': { body: '{}{}' },
  'single quotes': { body: "{'token':'x'}" },
  'NaN as the body': { body: 'NaN' },
  'NaN in a field': { body: '{"token":NaN,"refresh":NaN,"username":NaN,"password":NaN}' },
  'a byte order mark': { body: '\ufeff{}' },
  'a form without its fields': { body: 'a=b', type: 'application/x-www-form-urlencoded' },
  'a multipart form without a boundary': { body: 'x', type: 'multipart/form-data' },
  'plain text': { body: 'x', type: 'text/plain' },
  XML: { body: '<token>x</token>', type: 'application/xml' },
};

/** What every field of a form holds. */
const formValues: Readonly<Record<string, string>> = { 'a form with empty fields': '', 'a form with NUL': 'x\0' };

/** Whole requests that differ in more than the body. */
const others: Readonly<Record<string, Omit<Ask, 'path'>>> = {
  GET: { method: 'GET' },
  PUT: { method: 'PUT', body: '{}' },
  PATCH: { method: 'PATCH', body: '{}' },
  DELETE: { method: 'DELETE' },
  'OPTIONS without an origin': { method: 'OPTIONS' },
  'an Accept header without JSON': { method: 'POST', body: '{}', headers: { accept: 'application/xml' } },
};

/** One request: what is odd about it, and how a service is asked. */
export type Input = { readonly place: string; readonly input: string; readonly ask: (side: Side) => Ask };

const ofFields = fields.flatMap(({ path, field, right }) =>
  Object.entries(values).map(([input, value]): Input => {
    const ask = (side: Side) => {
      const { [field]: _, ...rest } = right(side);
      const others = Object.entries(rest).map(([name, text]) => `${JSON.stringify(name)}:${JSON.stringify(text)}`);
      return { method: 'POST', path, body: `{${[...(value === undefined ? [] : [`"${field}":${value}`]), ...others].join(',')}}` };
    };
    return { place: `${path} ${field}`, input, ask };
  }),
);
const ofBodies = paths.flatMap((path) =>
  Object.entries(bodies).map(([input, sent]): Input => ({ place: path, input, ask: () => ({ method: 'POST', path, ...sent }) })),
);
const ofForms = paths.flatMap((path) =>
  Object.entries(formValues).map(([input, value]): Input => {
    const names = fields.filter((asked) => asked.path === path).map(({ field }): [string, string] => [field, value]);
    const body = new URLSearchParams(names).toString();
    return { place: path, input, ask: () => ({ method: 'POST', path, body, type: 'application/x-www-form-urlencoded' }) };
  }),
);
const ofOthers = paths.flatMap((path) =>
  Object.entries(others).map(([input, sent]): Input => ({ place: path, input, ask: () => ({ path, ...sent }) })),
);

/** Every bad input to every field, body and method of simplejwt's six endpoints. */
export const inputs: readonly Input[] = [...ofFields, ...ofBodies, ...ofForms, ...ofOthers];
