import { describe, expect, it } from 'vitest';
import { madePasswords } from '../lib/passwords/made-passwords.ts';
import { unlimitedCodes } from './mail.ts';
import { sharedGateway } from './shared-gateway.ts';
import { type Body, bearer, newUser, post, signedInUser } from './users.ts';

const settings = {
  ...unlimitedCodes,
  MESSAGE_FROM_NAME: 'Vexillum',
  PUBLIC_URL: 'http://accounts.quillon.example',
  PASSWORD_RESET_URL: 'http://localhost:3000/reset#{token}',
  REGISTER_RATE_ADDRESS: 'off',
};
const { gateway, mail, seeds } = await sharedGateway({ stage: 'local', settings });
const staff = await seeds.registeredUser({ roles: ['staff'] });

const tooCommon = 'This password is too common.';
const similar = (field: string) => `The password is too similar to the ${field}.`;
const context = 'The password is made of your names or those of this service.';

type Person = { readonly username: string; readonly name: string; readonly email: string; readonly mobile: string };
const person = (): Person => {
  const { username: word, mobile } = newUser();
  const letters = [...word.slice(1)].map((digit) => 'bcdfghjklm'[Number(digit)]).join('');
  return { username: `zeph${letters}`, name: `Yvain Orrin${letters}`, email: `wick.${letters}@thornbury.example`, mobile };
};
const signedIn = async () => {
  const given = { ...person(), password: 'violet kettle under a roof' };
  const answer = await post(gateway, '/register/', { ...given, password_confirmation: given.password });
  const { id } = (await answer.json()) as { id: string };
  const { access } = (await (await post(gateway, '/token/', given)).json()) as { access: string };
  return { ...given, id, access };
};

/** Every endpoint that sets a password: the person, and how a password is chosen there. */
const doors: Readonly<Record<string, () => Promise<{ person: Person; choose: (password: string) => Promise<Response> }>>> = {
  'POST /register/': async () => {
    const given = person();
    return { person: given, choose: (password) => post(gateway, '/register/', { ...given, password, password_confirmation: password }) };
  },
  'POST /users/': async () => {
    const given = person();
    return { person: given, choose: (password) => post(gateway, '/users/', { ...given, password }, bearer(staff.access)) };
  },
  'POST /users/{id}/password/': async () => {
    const given = await signedIn();
    const form = (password: string) => ({ old_password: given.password, new_password: password, new_password_confirmation: password });
    return { person: given, choose: (password) => post(gateway, `/users/${given.id}/password/`, form(password), bearer(given.access)) };
  },
  'POST /password/reset/': async () => {
    const given = await signedIn();
    await post(gateway, '/password/forgot/', { email: given.email });
    const token = await mail.last(given.email);
    return { person: given, choose: (password) => post(gateway, '/password/reset/', { token, password, password_confirmation: password }) };
  },
};

describe.for(Object.keys(doors))('a password chosen at %s', (door) => {
  it('is refused with the reason and without the password, if it is quickly guessed; otherwise it is taken', async () => {
    const opened = await doors[door]?.();
    if (!opened) return expect.unreachable('no door');
    const { choose, person: own } = opened;
    const weak: readonly (readonly [password: string, sentence: string])[] = [
      [`${own.username}1`, similar('username')],
      [own.email, similar('email')],
      [`${own.email.split('@')[0]}2024!`, similar('email')],
      ['Th0rnbury1990', similar('email')],
      [own.mobile.slice(3), similar('mobile')],
      [`${own.name.replace(' ', '.')}99`, similar('name')],
      ['V3xillum!2024', context],
      ['quillon-12345678', context],
      ...['qwertyuiopqwertyuiop', '1qaz2wsx3edc', 'woaini1314520', 'пароль123', 'ｐａｓｓｗｏｒｄ', '19900101'].map(
        (password) => [password, tooCommon] as const,
      ),
      ['73920481635', 'This password is entirely numeric.'],
    ];
    for (const [password, sentence] of weak) {
      const answer = await choose(password);
      const text = await answer.text();
      const [errors] = Object.values((JSON.parse(text) as { errors: Body }).errors);
      expect({ password, status: answer.status, errors }).toEqual({ password, status: 400, errors: [sentence] });
      expect(text).not.toContain(password);
    }
    expect((await choose('orange violin 7 lamps')).status).toBeLessThan(300);
  });
});

it('a password that the rules of today refuse still signs in', async () => {
  const old = await seeds.registeredUser({ password: await madePasswords().hash('password1') });
  expect((await post(gateway, '/token/', { username: old.user.username, password: 'password1' })).status).toBe(200);
});

it('the sentences are there in Chinese', async () => {
  const ada = await signedInUser(gateway);
  const form = { old_password: ada.password, new_password: 'vexillum2024', new_password_confirmation: 'vexillum2024' };
  const answer = await post(gateway, `/users/${ada.id}/password/`, form, { ...bearer(ada.access), 'accept-language': 'zh-CN' });
  expect(await answer.json()).toMatchObject({
    errors: { new_password: ['密码由您或本服务的名称组成。'] },
  });
});
