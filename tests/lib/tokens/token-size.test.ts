import { array, assert, asyncProperty, constantFrom, nat, record, string, uuid } from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { fields, fill, shortText } from '#lib/hooks/fields.ts';
import { randomId } from '#lib/ids.ts';
import { shownUsername } from '#lib/names/username.ts';
import { catalogue } from '#lib/settings/catalogue.ts';
import { whole } from '#lib/settings/kinds.ts';
import { readToken } from '#lib/tokens/read-token.ts';
import { signToken } from '#lib/tokens/sign-token.ts';
import { tokenLimits } from '#lib/tokens/token-limits.ts';
import { tokenRules } from '#lib/tokens/token-rules.ts';
import { longestToken } from '#lib/tokens/token-size.ts';
import { longestAbilities } from '#lib/users/abilities.ts';
import { longestRoles } from '#lib/users/role.ts';
import { madeSettings } from '../made-settings.ts';
import { madeKeys } from './made-keys.ts';
import { madeClaims, noonOfTokens, noonSeconds } from './made-token.ts';

const algorithms = catalogue.ALGORITHM.kind.expected.replace('one of ', '').split(', ');
const keys = new Map(await Promise.all(algorithms.map(async (alg) => [alg, await madeKeys(alg)] as const)));
const claims = fields(
  {
    name: shortText(40),
    note: v.pipe(v.string(), v.maxLength(20)),
    posts: v.pipe(v.array(shortText(8)), v.maxLength(3)),
    money: v.number(),
  },
  ({ given }: { given: never }) => given,
);
const custom = record({
  name: string({ unit: 'grapheme', maxLength: 40 }).map((text) => text.slice(0, 40).toWellFormed()),
  note: string({ unit: 'binary', maxLength: 20 }).map((text) => text.slice(0, 20)),
  posts: array(string({ maxLength: 8 }), { maxLength: 3 }),
  money: constantFrom(0, -0.0000012345678901234567, 1e21, 12.5),
}).filter((values) => v.is(claims.schema, values));
const stages = [
  {},
  { ISSUER: 'https://accounts.example.com', AUDIENCE: 'app, https://api.example.com/"quoted"' },
  { TOKEN_TYPE_CLAIM: 'what_this_token_is_for', JTI_CLAIM: 'id', USER_ID_CLAIM: 'sub', REVOKE_TOKEN_CLAIM: 'hash_password' },
  { USER_ID_FIELD: 'username', SLIDING_TOKEN_REFRESH_EXP_CLAIM: 'until_when_this_token_can_be_renewed' },
  { USER_ID_FIELD: 'email' },
];

describe('the longest token', () => {
  test('is at least as long as every token of values that fit the schema, on every stage and with every algorithm', async () => {
    const username = string({ unit: 'grapheme', minLength: 2 }).filter((text) => shownUsername(text) === text);
    const person = record({ id: uuid(), username, email: constantFrom('a@b.example', `${'x'.repeat(240)}@example.com`) });
    await assert(
      asyncProperty(
        constantFrom(...stages),
        constantFrom(...algorithms),
        constantFrom('access', 'refresh', 'sliding' as const),
        person,
        custom,
        nat(),
        async (given, ALGORITHM, token_type, user, values, count) => {
          const settings = madeSettings({ ALGORITHM, ...(given as Record<string, string>) });
          const { signing, set } = keys.get(ALGORITHM) ?? expect.unreachable();
          const rules = tokenRules(settings);
          const ids = { jti: randomId(), sid: randomId(), user_id: user.id, epoch: count };
          const named = settings.USER_ID_FIELD === 'id' ? {} : { known_as: user[settings.USER_ID_FIELD] };
          const more =
            token_type === 'refresh' ? { generation: count } : token_type === 'sliding' ? { refresh_exp: noonSeconds + 86_400 } : {};
          const made = madeClaims({ token_type, ...ids, ...named, ...more });
          const { checked } = await fill('CLAIMS', claims, { given: values as never });
          const token = await signToken(signing, rules, made, checked);
          expect(token.length).toBeLessThanOrEqual(longestToken(settings, claims.schema).whole);
          expect(await readToken(token, { keys: set, rules, now: noonOfTokens, types: [token_type] })).toEqual(made);
        },
      ),
      { numRuns: 300 },
    );
  });

  test.for(algorithms)('is as long as a token of the largest values (%s)', async (ALGORITHM) => {
    const settings = madeSettings({ ALGORITHM });
    const { signing } = keys.get(ALGORITHM) ?? expect.unreachable();
    const most = Number.MAX_SAFE_INTEGER;
    const counts = { exp: most, iat: most, epoch: most, refresh_exp: most };
    const personal = { roles: ['x'.repeat(longestRoles - 4)], ability: longestAbilities() };
    const greatest = madeClaims({
      token_type: 'sliding',
      ...personal,
      user_id: 'x'.repeat(128),
      jti: randomId(),
      sid: randomId(),
      ...counts,
    });
    const slack = longestToken(settings).whole - (await signToken(signing, tokenRules(settings), greatest)).length;
    expect(slack).toBeGreaterThanOrEqual(0);
    // The test's RSA keys have 2048 bits, and the bound is for 4096.
    expect(slack).toBeLessThanOrEqual(/^[RP]S/.test(ALGORITHM) ? 346 : 4);
  });

  test('is short enough to be read on every stage: payload, header and the longest signature', () => {
    expect(catalogue.TOKEN_MAX_BYTES.kind.expected).toBe(whole(512, tokenLimits.whole).expected);
    const { whole: most, payload } = longestToken(madeSettings({ ALGORITHM: 'RS512' }));
    expect(most - payload + tokenLimits.payload).toBeLessThanOrEqual(tokenLimits.whole);
    expect(tokenLimits.whole * 2).toBeLessThan(10_240);
  });
});
