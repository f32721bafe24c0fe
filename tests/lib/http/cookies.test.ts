import { expect, test } from 'vitest';
import { cookieValues } from '#lib/http/cookies.ts';
import { cpuMsSince } from '../cpu-time.ts';

const name = '__Host-access';

test('a cookie is found where API Gateway puts it, and where local gateways leave it', () => {
  expect(cookieValues({ cookies: ['a=1', `${name}=x.y.z`] }, name)).toEqual(['x.y.z']);
  for (const header of ['cookie', 'Cookie'])
    expect(cookieValues({ headers: { [header]: `a=1; ${name}=x.y.z;b=2` } }, name)).toEqual(['x.y.z']);
  expect(cookieValues({ cookies: [`${name}=list`], headers: { cookie: `${name}=header` } }, name)).toEqual(['list']);
});

test('a missing cookie has no values', () => {
  for (const sent of [{}, { cookies: [] }, { cookies: ['a=1'] }, { headers: {} }, { headers: { cookie: '' } }])
    expect(cookieValues(sent, name)).toEqual([]);
});

test('two cookies of one name are two values, so that a planted one is not taken for ours', () => {
  expect(cookieValues({ headers: { cookie: `${name}=planted; ${name}=ours` } }, name)).toEqual(['planted', 'ours']);
});

test.for([
  '__host-access=x',
  ' __Host-access2=x',
  'x__Host-access=x',
  '__Host-access',
  '"__Host-access"=x',
  '%5F_Host-access=x',
  '=__Host-access=x',
  '__Host-access\u00a0;=x',
])('another spelling is another cookie: %j', (pair) => {
  expect(cookieValues({ cookies: [pair] }, name)).toEqual([]);
  expect(cookieValues({ headers: { cookie: pair } }, name)).toEqual([]);
});

test('a value is taken as it stands, with quotes, equals signs and escapes', () => {
  expect(cookieValues({ cookies: [`${name}="quoted"`] }, name)).toEqual(['"quoted"']);
  expect(cookieValues({ cookies: [` ${name} = a=b%20 `] }, name)).toEqual(['a=b%20']);
  expect(cookieValues({ cookies: [`${name}=`] }, name)).toEqual(['']);
});

test('a header of a megabyte is read quickly', () => {
  const start = process.cpuUsage();
  for (const unit of ['a=b; ', '=', ';', '__Host-access', ' '])
    cookieValues({ headers: { cookie: unit.repeat(1_000_000 / unit.length) } }, name);
  expect(cpuMsSince(start)).toBeLessThan(2000);
});
