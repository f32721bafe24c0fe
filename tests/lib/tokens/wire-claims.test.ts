import { assert, constantFrom, property, string, uniqueArray } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { claimNameErrors } from '#lib/claim-names.ts';
import { claimName } from '#lib/settings/kinds.ts';
import { readToken } from '#lib/tokens/read-token.ts';
import { signToken } from '#lib/tokens/sign-token.ts';
import type { ClaimNames } from '#lib/tokens/token.ts';
import { audiences, claimNames, claimsWritten, fromPayload, takenNames, toPayload, usualNames } from '#lib/tokens/wire-claims.ts';
import { madeSettings } from '../made-settings.ts';
import { madeKeys } from './made-keys.ts';
import { madeClaims, noonOfTokens, rules } from './made-token.ts';

const keys = await madeKeys();
const odd: ClaimNames = { type: 'use', jti: 'token_id', user: 'sub', epoch: 'e', refreshExp: 'renew_until', userField: 'id' };
const byName: ClaimNames = { ...usualNames, user: 'username', userField: 'username' };
const refresh = madeClaims({ token_type: 'refresh', generation: 2 });

describe('claims on the wire', () => {
  test('have the names in the settings, and the usual ones by default', () => {
    expect(claimNames(madeSettings())).toEqual(usualNames);
    const given = {
      TOKEN_TYPE_CLAIM: 'use',
      JTI_CLAIM: 'token_id',
      USER_ID_CLAIM: 'sub',
      REVOKE_TOKEN_CLAIM: 'e',
      SLIDING_TOKEN_REFRESH_EXP_CLAIM: 'renew_until',
    };
    expect(claimNames(madeSettings(given))).toEqual(odd);
    expect(toPayload(refresh, odd)).toEqual({
      use: 'refresh',
      exp: refresh.exp,
      iat: refresh.iat,
      token_id: 'token-1',
      sub: 'user-1',
      sid: 'session-1',
      e: 0,
      generation: 2,
    });
  });

  test('have the id in `sub` if the user’s claim holds a name', () => {
    const claims = madeClaims({ known_as: 'ada' });
    expect(toPayload(claims, byName)).toMatchObject({ username: 'ada', sub: 'user-1' });
    expect(fromPayload(toPayload(claims, byName), byName)).toEqual(claims);
  });

  test('are read back as they were written, under any names', async () => {
    const name = string({ minLength: 1 }).filter((text) => claimName.read(text) === text && !takenNames(usualNames).has(text));
    await assert(
      property(uniqueArray(name, { minLength: 5, maxLength: 5 }), constantFrom('id', 'username' as const), (five, userField) => {
        const [type = '', jti = '', user = '', epoch = '', refreshExp = ''] = five;
        const names = { type, jti, user, epoch, refreshExp, userField } as ClaimNames;
        const claims = userField === 'id' ? refresh : { ...refresh, known_as: 'ada' };
        const sliding = { ...claims, token_type: 'sliding', refresh_exp: 7 } as const;
        for (const each of [claims, sliding]) expect(fromPayload(toPayload(each, names), names)).toEqual(each);
        expect(Object.keys(toPayload(madeClaims({ roles: [], ability: [] }), names)).toSorted()).toEqual(claimsWritten(names).toSorted());
      }),
    );
  });

  test('are own properties, never inherited ones', () => {
    expect(fromPayload({}, { ...odd, type: 'constructor', user: 'toString' })).toMatchObject({ token_type: undefined, user_id: undefined });
  });
});

describe('a token of a stage with other names', () => {
  const judge = async (text: string, names: ClaimNames) =>
    await readToken(text, { keys: keys.set, rules: { ...rules, names }, now: noonOfTokens, types: ['access'] });

  test('is valid there and nowhere else', async () => {
    const token = await signToken(keys.signing, { ...rules, names: odd }, madeClaims());
    expect(await judge(token, odd)).toEqual(madeClaims());
    expect(await judge(token, usualNames)).toMatchObject({ refused: 'invalid' });
    expect(await judge(await signToken(keys.signing, rules, madeClaims()), odd)).toMatchObject({ refused: 'invalid' });
  });

  test('needs both the name and the id if it holds a name', async () => {
    const named = await signToken(keys.signing, { ...rules, names: byName }, madeClaims({ known_as: 'ada' }));
    expect(await judge(named, byName)).toEqual(madeClaims({ known_as: 'ada' }));
    for (const names of [usualNames, { ...usualNames, user: 'sub' }]) {
      const token = await signToken(keys.signing, { ...rules, names }, madeClaims());
      expect(await judge(token, byName)).toMatchObject({ refused: 'invalid' });
    }
  });
});

test('a project’s own claims come after ours and never replace them', async () => {
  const custom = { money: 5, user_id: 'somebody-else', exp: 1, token_type: 'refresh' };
  const token = await signToken(keys.signing, rules, madeClaims(), custom);
  const payload = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
  expect(payload).toEqual({ ...madeClaims(), money: 5 });
});

test.for([
  ['', []],
  ['app', ['app']],
  [' app , https://a.example/,', ['app', 'https://a.example/']],
] as const)('the audiences in %j are %j', ([text, list]) => {
  expect(audiences(text)).toEqual(list);
});

describe('names of claims', () => {
  const errorsOf = (given: object) => claimNameErrors({ ...madeSettings(), ...given });

  test('must differ from each other', () => {
    expect(errorsOf({ JTI_CLAIM: 'id', USER_ID_CLAIM: 'id' })).toEqual([
      'JTI_CLAIM and USER_ID_CLAIM are both id: give each a name of its own',
    ]);
  });

  test.for(['exp', 'iat', 'nbf', 'iss', 'aud', 'sid', 'sub', 'generation', 'roles', 'ability'])(
    'cannot be %s, which has another meaning',
    (name) => {
      for (const setting of ['TOKEN_TYPE_CLAIM', 'JTI_CLAIM', 'REVOKE_TOKEN_CLAIM'])
        expect(errorsOf({ [setting]: name })).toEqual([expect.stringMatching(`^${setting} cannot be ${name}, .+: choose another name$`)]);
    },
  );

  test('may be `sub` for the user’s id, and for no other field', () => {
    expect(errorsOf({ USER_ID_CLAIM: 'sub' })).toEqual([]);
    expect(errorsOf({ USER_ID_CLAIM: 'sub', USER_ID_FIELD: 'email' })).toEqual([
      'USER_ID_CLAIM cannot be sub, which carries the id where USER_ID_FIELD is email: choose another name',
    ]);
    expect(errorsOf({ USER_ID_CLAIM: 'jti', JTI_CLAIM: 'id' })).toHaveLength(1);
  });
});
