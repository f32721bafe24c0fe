import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { hasSimplejwt } from '../support/simplejwt.ts';
import { claimsIn, headerIn, requests, type Side } from './contract-requests.ts';
import { bothSides, summaryOf } from './contract-sides.ts';
import type { Body } from './users.ts';

const { ours, theirs } = await bothSides();

type Row = { readonly request: string; readonly simplejwt: string; readonly gatehouse: string };
const document = readFileSync(new URL('../../docs/simplejwt.md', import.meta.url), 'utf8');
/** The table of differences in docs/simplejwt.md. */
const documented = document.split('\n').flatMap((line) => {
  const [, request = '', simplejwt = '', gatehouse = '', why = ''] = line.split(' | ').length === 4 ? line.split(/^\| | \| | \|$/) : [];
  return request && why && request !== 'request' && !request.startsWith('---') ? [{ request, simplejwt, gatehouse }] : [];
});

describe.skipIf(!hasSimplejwt)('compared with the real simplejwt, Gatehouse', () => {
  it('gives the same answers, except for the differences in docs/simplejwt.md', { timeout: 300_000 }, async () => {
    const differences: Row[] = [];
    const challenges: string[] = [];
    for (const [request, ask] of requests) {
      const [one, other] = [await ask(theirs as Side), await ask(ours)];
      const hasCode = (one.body as Body | undefined)?.['code'] !== undefined;
      const row = { request, simplejwt: summaryOf(one), gatehouse: summaryOf(other, hasCode) };
      if (row.simplejwt !== row.gatehouse) differences.push(row);
      const [theirChallenge = '', ourChallenge] = [one.headers['www-authenticate'], other.headers['www-authenticate']];
      if (other.status === 401 && ourChallenge && !ourChallenge.startsWith(theirChallenge)) challenges.push(request);
    }
    expect(challenges).toEqual([]);
    expect(documented).toEqual(differences);
  });

  it('puts into tokens the claims of simplejwt and those listed in docs/simplejwt.md', () => {
    const names = (side: Side) =>
      [headerIn(side.pair.access), claimsIn(side.pair.access), claimsIn(side.pair.refresh), claimsIn(side.pair.sliding)].map(Object.keys);
    expect(names(theirs as Side)).toEqual([
      ['alg', 'typ'],
      ['token_type', 'exp', 'iat', 'jti', 'user_id'],
      ['token_type', 'exp', 'iat', 'jti', 'user_id'],
      ['token_type', 'exp', 'iat', 'jti', 'refresh_exp', 'user_id'],
    ]);
    expect(names(ours)).toEqual([
      ['alg', 'typ', 'kid'],
      ['token_type', 'exp', 'iat', 'jti', 'user_id', 'sid', 'epoch', 'roles', 'ability'],
      ['token_type', 'exp', 'iat', 'jti', 'user_id', 'sid', 'epoch', 'generation'],
      ['token_type', 'exp', 'iat', 'jti', 'refresh_exp', 'user_id', 'sid', 'epoch', 'roles', 'ability'],
    ]);
    for (const name of ['kid', 'sid', 'epoch', 'generation', 'roles', 'ability']) expect(document).toContain(`\`${name}\``);
    const jti = /^[0-9a-f]{32}$/;
    for (const { pair } of [theirs as Side, ours])
      expect(claimsIn(pair.access)).toMatchObject({ token_type: 'access', jti: expect.stringMatching(jti) });
    expect([typeof claimsIn((theirs as Side).pair.access)['user_id'], typeof claimsIn(ours.pair.access)['user_id']]).toEqual([
      'number',
      'string',
    ]);
  });
});

describe('Gatehouse', () => {
  it('gives the answers that docs/simplejwt.md lists as differences', { timeout: 300_000 }, async () => {
    expect(documented.length).toBeGreaterThan(10);
    for (const { request, gatehouse } of documented) {
      const ask = requests.find(([name]) => name === request)?.[1];
      const answer = await (ask ?? expect.unreachable(`${request} is not in contract-requests.ts`))(ours);
      expect([request, [summaryOf(answer), summaryOf(answer, false)]]).toEqual([request, expect.arrayContaining([gatehouse])]);
    }
  });
});
