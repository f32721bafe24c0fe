import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { CodeTarget } from '#lib/codes/code.ts';
import { type Act, entitlementOf, takenOver, waysBackAfterReset, waysBackOf } from '#lib/users/ownership.ts';
import { type Undo, undoOf } from '#lib/users/undo.ts';
import { madeUser } from './made-user.ts';

/** The rows of the table in docs/ownership.md that says what a proof does. */
const page = readFileSync(new URL('../../../docs/ownership.md', import.meta.url), 'utf8');
const rows = (page.split('## What a proof does')[1] ?? '')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| on the account'))
  .slice(0, 27)
  .map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );

const email: CodeTarget = { kind: 'email', value: 'ada@example.com' };
const mobile: CodeTarget = { kind: 'mobile', value: '+8613800138000' };
const elsewhere: CodeTarget = { kind: 'email', value: 'another@example.com' };
const back = (kind: Undo['kind'], before: string | undefined, wasVerified = before !== undefined): Undo => ({
  ...{ ref: `${kind} ${before}`, kind, before, wasVerified, expiresAt: 100 },
});
const user = (isEmailVerified: boolean, isMobileVerified: boolean) =>
  madeUser({ email: 'Ada@Example.com', mobile: mobile.value, isEmailVerified, isMobileVerified });

const vouched = ({ kind }: CodeTarget, isOtherProved: boolean) => {
  const isMail = kind === 'email';
  return { ...user(isMail || isOtherProved, !isMail || isOtherProved), ...(isMail ? { isEmailVouched: true } : { isMobileVouched: true }) };
};

/** What the first two cells of a row stand for, with each address that the second one speaks of as the one that is proved. */
function estatesOf(before: string, proved: string) {
  const targets = proved.includes('e-mail') ? [email] : proved.includes('number') ? [mobile] : [email, mobile];
  return targets.flatMap((target) => {
    const isMail = target.kind === 'email';
    const shown = isMail ? 'ADA@example.com' : mobile.value;
    const estates: Record<string, { user: ReturnType<typeof user>; undos: Undo[] }[]> = {
      'nothing proved': [
        { user: user(false, false), undos: [] },
        { user: user(false, false), undos: [back('mobile', undefined)] },
      ],
      'another address proved': [{ user: user(!isMail, isMail), undos: [] }],
      'a way back to a proved address': [{ user: user(false, false), undos: [back('email', 'before@example.com')] }],
      'a way back to this very address': [{ user: user(false, false), undos: [back(target.kind, shown)] }],
      'this address proved': [
        { user: user(isMail, !isMail), undos: [] },
        { user: user(true, true), undos: [] },
      ],
      'this address vouched for': [
        { user: vouched(target, false), undos: [] },
        { user: vouched(target, false), undos: [back('mobile', undefined)] },
        { user: { ...user(true, true), isEmailVouched: true, isMobileVouched: true }, undos: [] },
      ],
      'this address vouched for, another proved': [{ user: vouched(target, true), undos: [] }],
      anything: [
        { user: user(true, true), undos: [] },
        { user: user(false, false), undos: [] },
      ],
    };
    const address = proved === 'nothing' ? undefined : proved.includes('its') ? target : elsewhere;
    return (estates[before] ?? []).map((estate) => ({ estate, address }));
  });
}

describe('what a proof entitles to, as docs/ownership.md says', () => {
  test('there are rows', () => expect(rows).toHaveLength(27));

  test.for(rows)('%s; %s; by %s: %s', ([before = '', proved = '', act = '', effect, goes = '']) => {
    const cases = estatesOf(before, proved);
    expect(cases.length).toBeGreaterThan(0);
    for (const { estate, address } of cases) {
      const entitled = entitlementOf(estate, act as Act, address);
      expect({ ...entitled, goes: [...entitled.goes] }).toEqual({ effect, goes: goes === '' ? [] : goes.split(', ') });
    }
  });

  test('every combination of act and marks has an answer, and none opens with an address that is unproved beside a proved one', () => {
    for (const act of ['reset', 'sign-in'] as const)
      for (const target of [email, mobile])
        for (const [mail, number] of [
          [true, false],
          [false, true],
        ] as const) {
          const isProved = target.kind === 'email' ? mail : number;
          expect(entitlementOf({ user: user(mail, number), undos: [] }, act, target).effect).toBe(isProved ? 'opens' : 'nothing');
        }
  });
});

describe('ways back', () => {
  test('that have expired, or lead to an e-mail address that nobody proved, do not count; those of numbers do', () => {
    const undos = [
      back('email', 'a@example.com'),
      back('email', 'b@example.com', false),
      back('mobile', undefined),
      back('mobile', '+8613900139000', false),
    ];
    expect(waysBackOf(undos, 99)).toEqual([undos[0], undos[2], undos[3]]);
    expect(waysBackOf(undos, 100)).toEqual([]);
  });

  test('stay after a reset by whoever came last, as whoever was there before may need them', () => {
    const undos = [back('email', 'before@example.com'), back('mobile', '+8613900139000')];
    expect(waysBackAfterReset(undos, email)).toEqual(undos);
    expect(waysBackAfterReset(undos, mobile)).toEqual(undos);
  });

  test('all stay after a reset by a number: it may be younger than the e-mail address that they lead to', () => {
    const undos = [back('email', 'before@example.com'), back('mobile', mobile.value), back('mobile', '+8613900139000')];
    expect(waysBackAfterReset(undos.slice(0, 1), mobile)).toEqual(undos.slice(0, 1));
    expect(waysBackAfterReset(undos, mobile)).toEqual(undos);
  });

  test('since an address was left go once its owner is back, those of the other kind stay', () => {
    const undos = [
      back('email', 'first@example.com'),
      back('email', email.value),
      back('mobile', '+8613900139000'),
      back('email', 't@e.com'),
    ];
    expect(waysBackAfterReset(undos, email)).toEqual([undos[0], undos[2]]);
  });
});

describe('the link about a number', () => {
  test('stands for the e-mail address that the same request exchanged, and for no other', () => {
    const [mail, number] = [back('email', 'before@example.com'), back('mobile', mobile.value)];
    const later = { ...back('mobile', '+8613900139000'), expiresAt: 101 };
    expect(undoOf([mail, number], number.ref)).toEqual(mail);
    expect(undoOf([mail, later], later.ref)).toEqual(later);
    expect(undoOf([number, mail], mail.ref)).toEqual(mail);
    expect(undoOf([mail], 'another')).toBeUndefined();
  });
});

test('an account that is taken over has the proved address, and nothing that its maker could set but names', () => {
  const made = { ...user(false, false), avatar: 'a.webp', attributes: { nickname: 'M', credit: 3 }, roles: ['editor'], tokenEpoch: 4 };
  const given = { password: '!x', ownAttributes: ['nickname'] };
  const common = { ...made, attributes: { credit: 3 }, avatar: undefined, password: '!x', tokenEpoch: 5 };
  expect(takenOver(made, email, given)).toEqual({ ...common, mobile: undefined, isEmailVerified: true });
  expect(takenOver(made, mobile, given)).toEqual({ ...common, email: '', isMobileVerified: true });
});
