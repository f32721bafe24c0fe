import { describe, expect, test } from 'vitest';
import { isSafe, ownPages } from '#lib/http/own-page.ts';

const origins = ownPages({ CORS_ORIGINS: ['https://app.example.com'], PUBLIC_URL: 'https://accounts.example.com/auth' });
const isOwn = (headers: Record<string, string>, judge = origins) =>
  judge({ header: (name) => headers[name], origin: 'https://abc.execute-api.eu-central-1.amazonaws.com' });

describe('a request is from a page of ours', () => {
  test.for<Record<string, string>>([
    { 'sec-fetch-site': 'same-origin' },
    { 'sec-fetch-site': 'same-origin', origin: 'null' },
    { 'sec-fetch-site': 'same-site', origin: 'https://app.example.com' },
    { 'sec-fetch-site': 'cross-site', origin: 'https://app.example.com' },
    { origin: 'https://app.example.com' },
    { origin: 'https://accounts.example.com' },
    { origin: 'https://abc.execute-api.eu-central-1.amazonaws.com' },
  ])('if the browser says so: %j', (headers) => {
    expect(isOwn(headers)).toBe(true);
  });
});

describe('a request is not from a page of ours', () => {
  test.for<Record<string, string>>([
    {},
    { referer: 'https://app.example.com/' },
    { 'sec-fetch-site': 'none' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'Same-Origin' },
    { 'sec-fetch-site': 'same-origin,cross-site' },
    { 'sec-fetch-site': 'same-site', origin: 'https://evil.example.com' },
    { origin: 'null' },
    { origin: '' },
    { origin: 'http://app.example.com' },
    { origin: 'https://app.example.com:8443' },
    { origin: 'https://app.example.com.evil.test' },
    { origin: 'https://app.example.com/' },
    { origin: 'https://app.example.com,https://evil.test' },
    { origin: 'https://accounts.example.com/auth' },
  ])('with the headers %j', (headers) => {
    expect(isOwn(headers)).toBe(false);
  });

  test('if the stage lists no origin', () => {
    expect(isOwn({ origin: '' }, ownPages({ CORS_ORIGINS: [], PUBLIC_URL: '' }))).toBe(false);
    expect(isOwn({ origin: 'https://app.example.com' }, ownPages({ CORS_ORIGINS: [], PUBLIC_URL: '' }))).toBe(false);
  });
});

test('only methods that read are safe, in their exact spelling', () => {
  expect(['GET', 'HEAD', 'OPTIONS'].every(isSafe)).toBe(true);
  expect(['POST', 'PUT', 'PATCH', 'DELETE', '', 'get', 'PROPFIND'].some(isSafe)).toBe(false);
});

describe('on the stage local, which lists every port of this machine, a request', () => {
  const local = ownPages({ CORS_ORIGINS: ['http://localhost:*', 'http://127.0.0.1:*'], PUBLIC_URL: '' });

  test.for(['http://localhost:5174', 'http://localhost', 'http://127.0.0.1:4321'])('of a page on %s is ours', (origin) => {
    expect(isOwn({ 'sec-fetch-site': 'cross-site', origin }, local)).toBe(true);
  });

  test.for([
    'http://localhost:*',
    'http://localhost:80.evil.example',
    'http://localhost:3000@evil.example',
    'http://LOCALHOST:3000',
    'https://localhost:3000',
    'http://localhost:3000/',
    'null',
    '',
  ])('with the origin %j is not', (origin) => {
    expect(isOwn({ 'sec-fetch-site': 'cross-site', origin }, local)).toBe(false);
  });
});
