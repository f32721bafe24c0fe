import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { hookErrors, refuseUnsoundHooks } from '#lib/hooks/check-hooks.ts';
import { fields, shortText } from '#lib/hooks/fields.ts';
import type { Hooks } from '#lib/hooks/hooks.ts';
import { loginViewWith } from '#lib/sign-in/login-view.ts';
import { hooks as committed } from '../../../project/hooks.ts';
import { madeSettings } from '../made-settings.ts';

const errorsOf = (hooks: object, given: Record<string, string> = {}) => hookErrors(madeSettings(given), hooks as Hooks);
const claims = (entries: v.ObjectEntries): Hooks => ({ CLAIMS: fields(entries, () => ({}) as never) });

test('the hooks of this repository are valid on a stage without settings', () => {
  expect(hookErrors(madeSettings(), committed)).toEqual([]);
});

describe('hooks are refused', () => {
  test('if the file exports none', () => {
    expect(() => refuseUnsoundHooks(madeSettings(), undefined)).toThrow('hooks.ts has to export hooks: `export const hooks: Hooks = {};`');
  });

  test('if a name is unknown, with the name that was probably meant', () => {
    expect(errorsOf({ CLAIM: {} })).toEqual(['CLAIM in hooks.ts is no hook; did you mean CLAIMS?']);
    expect(errorsOf({ ON_LOGIN_SUCESS: () => 1 })).toEqual(['ON_LOGIN_SUCESS in hooks.ts is no hook; did you mean ON_LOGIN_SUCCESS?']);
    expect(errorsOf({ ON_REGISTER: () => 1 })).toEqual([expect.stringMatching(/^ON_REGISTER in hooks\.ts is no hook: there are CLAIMS, /)]);
  });

  test('if one is of the wrong kind', () => {
    expect(errorsOf({ CLAIMS: () => ({}) })).toEqual(['CLAIMS in hooks.ts has to be made with fields({ … }, …)']);
    expect(errorsOf({ ON_LOGIN_FAILED: fields({}, () => ({})) })).toEqual(['ON_LOGIN_FAILED in hooks.ts has to be a function']);
  });

  test.for(['exp', 'sub', 'user_id', 'token_type', 'sid', 'epoch', 'generation', 'aud', 'refresh_exp', 'jti'])(
    'that would name a claim %s',
    (name) => {
      expect(errorsOf(claims({ [name]: v.boolean() }))).toEqual([
        `CLAIMS in hooks.ts cannot have ${name}, which is Gatehouse's own: choose another name`,
      ]);
    },
  );

  test('if a custom claim has a name that a setting gives to one of our claims', () => {
    expect(errorsOf(claims({ who: v.boolean() }), { USER_ID_CLAIM: 'who' })).toHaveLength(1);
    expect(errorsOf(claims({ user_id: v.boolean() }), { USER_ID_CLAIM: 'who' })).toEqual([]);
  });

  test('if one would replace a field of ours', () => {
    for (const name of Object.keys(loginViewWith(undefined).entries.data.options[0].entries))
      expect(errorsOf({ LOGIN_ANSWER: fields({ [name]: v.string() }, () => ({}) as never) })).toHaveLength(1);
    for (const hook of ['TOKEN_OBTAIN_SERIALIZER', 'TOKEN_REFRESH_SERIALIZER'])
      for (const name of ['access', 'refresh', 'expires_in'])
        expect(errorsOf({ [hook]: fields({ [name]: v.string() }, () => ({}) as never) })).toHaveLength(1);
  });

  test('if a claim has no bound, or one that is too large', () => {
    expect(errorsOf(claims({ name: v.string() }))).toEqual([expect.stringContaining('CLAIMS.name is a text of any length')]);
    expect(errorsOf(claims({ name: shortText(64) }))).toEqual([]);
    expect(errorsOf(claims({ name: shortText(330) }))).toEqual([
      expect.stringMatching(
        /^TOKEN_MAX_BYTES is 3072, but the longest token takes \d+ bytes: give CLAIMS smaller bounds or fewer fields, or raise TOKEN_MAX_BYTES$/,
      ),
    ]);
    expect(errorsOf(claims({ name: shortText(330) }), { TOKEN_MAX_BYTES: '4096' })).toEqual([]);
    expect(errorsOf(claims({ name: shortText(480) }), { TOKEN_MAX_BYTES: '4096' })).toEqual([expect.stringContaining('of 3072')]);
    expect(() => refuseUnsoundHooks(madeSettings(), claims({ name: v.string() }))).toThrow(
      /^The settings are not usable:\n {2}- CLAIMS\.name/,
    );
  });
});
