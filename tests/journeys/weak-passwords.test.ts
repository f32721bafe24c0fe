import { describe, expect, it } from 'vitest';
import { madePasswords } from '../lib/passwords/made-passwords.ts';
import { unlimitedCodes } from './mail.ts';
import { passwordDoorNames, passwordDoors } from './password-doors.ts';
import { sharedGateway } from './shared-gateway.ts';
import { type Body, bearer, post, signedInUser } from './users.ts';

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

const doors = passwordDoors({ gateway, mail, staffAccess: staff.access });

describe.for(passwordDoorNames)('a password chosen at %s', (door) => {
  it('is refused with the reason and without the password, if it is quickly guessed; otherwise it is taken', async () => {
    const { choose, person: own } = await doors[door]();
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
