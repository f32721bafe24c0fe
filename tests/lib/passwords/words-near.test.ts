import { expect, test } from 'vitest';
import { wordsNear } from '#lib/passwords/words-near.ts';
import { choosingRules } from '#lib/users/choosing-rules.ts';
import { madeSettings } from '../made-settings.ts';

const words = (...values: string[]) => [...wordsNear(values).keys()];

test('the words of a name are its parts and the whole without marks', () => {
  expect(words('Ada M. Lovelace')).toEqual(['ada', 'lovelace', 'adamlovelace']);
  expect(words('李雷')).toEqual(['李雷']);
});

test('those of an address are those of its sides, also without their digits', () => {
  expect(words('ada.l99@mail.babbage.example')).toEqual(expect.arrayContaining(['ada', 'l99', 'adal99', 'babbage', 'mailbabbageexample']));
});

test('those of a mobile number are its last digits, five at least', () => {
  expect(words('+8613912345670')).toEqual(expect.arrayContaining(['8613912345670', '13912345670', '912345670', '45670']));
});

test('those of a service are its name and the hosts it has', () => {
  const { serviceWords, breaches } = choosingRules(
    madeSettings({
      MESSAGE_FROM_NAME: 'Blau Reiher',
      PUBLIC_URL: 'https://accounts.reiher.example/auth',
      ISSUER: 'https://login.kranich.example',
      MESSAGE_FROM_EMAIL: 'no-reply@post.storch.example',
    }),
  );
  expect([...serviceWords.keys()]).toEqual(expect.arrayContaining(['blau', 'reiher', 'blaureiher', 'accounts', 'kranich', 'storch']));
  expect(breaches).toBeUndefined();
});
