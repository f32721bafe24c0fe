import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { isCommonPassword } from '#lib/passwords/common-passwords.ts';
import { knownPasswords } from '#lib/passwords/common-words.ts';
import { sharedData } from '../../shared-data.ts';

const zxcvbn = (list: string) =>
  JSON.parse(readFileSync(`node_modules/@zxcvbn-ts/language-common/src/${list}.json`, 'utf8')) as readonly string[];

const refused: Readonly<Record<string, readonly string[]>> = {
  'from the list': ['password', 'PASSWORD', 'qwertyuiop', 'iloveyou'],
  'of the list, with digits or marks around': [
    'Password1',
    'princess12',
    'Target123',
    'Password!',
    'letmein!!!!',
    '12princess',
    '1superman',
  ],
  'of the list, with a date or a year': ['dragon2024', 'princess19900101', 'wang19900101', '01.02.1990dragon'],
  'of the list, with marks between': ['my.space', 'coca-cola1', 'p_a_s_s_w_o_r_d'],
  'of the list, with digits and marks for letters': ['P@ssw0rd!!', 'pa$$word', 'il0vey0u', 'ch0c0late', 'l1verpool', '5up3rm4n'],
  'of two words of the most used': ['monkeydragon', 'ilovejesus', 'another password'],
  'of a sentence of the most used words': [
    ...['thisismypassword', 'ilovemymom', 'letmein!now', 'letitgoletitgo', 'onceuponatime', 'this is my password'],
    ...['godisgood1', 'IamTheBoss1'],
  ],
  'of a sentence that everybody knows': [
    ...['correct horse battery staple', 'correcthorsebatterystaple', 'tobeornottobe', 'tobeornottobethatisthequestion', 'winteriscoming'],
    ...['maytheforcebewithyou', 'You shall not pass!', 'openthedoor'],
  ],
  'of a product or a program': ['Netflix123', 'linkedin1', 'mysql1234', 'ubuntu2204', 'pwd12345!', 'Fortnite123', 'contraseña1'],
  'repeated, whatever its length': [
    ...['88888888', '123123123', '12341234', '1234567812345678', 'qwertyuiopqwertyuiop', 'abcdefghabcdefgh'],
    ...['iloveyouiloveyou', 'iloveyouiloveyouilove', 'x'.repeat(256), 'kettle-kettle-kettle-'],
  ],
  'in sequence': ['987654321', '0123456789', 'abcdefghijkl', 'zyxwvuts', '12345679', 'abcd1234efgh', 'йцукенгш', 'абвгдежзи', '٠١٢٣٤٥٦٧'],
  'along a keyboard': ['qwertyui', 'poiuytre', '1qaz2wsx', 'zaq12wsx', '1q2w3e4r5t6y', '!QAZ@WSX', 'asdfghjkl;', '1q2w3e4r5t6y7u8i9o0p'],
  'that is a date': ['19900101', '01011990', '1990-01-01', '31/12/1999', '199001011990'],
  'of Chinese users': ['woaini1314520', '5201314520', 'woaini520', 'wangyang123', '密码123456', '我爱你1314', '密码密码密码密码'],
  'in full-width letters': ['ｐａｓｓｗｏｒｄ', 'Ｐａｓｓｗｏｒｄ１２３'],
  'with invisible characters': ['pass\u200bword', '\u200b'.repeat(12)],
  'of other scripts': ['пароль123', 'Привет2024', 'любовь123456', 'パスワード123', '비밀번호1234'],
};

describe('a common password', () => {
  for (const [kind, passwords] of Object.entries(refused))
    test.for(passwords)(`${kind} is refused: %s`, (password) => {
      expect(isCommonPassword(password)).toBe(true);
    });

  const taken = ['correct kettle battery roof', 'constructor x', 'kT7#qz!mLp0v', 'Tr0ub4dor&3', 'qwzxv12345', 'hunter2 and more'];
  test.for([...taken, 'orange-kettle-42', 'the old sentence 1', '紫色的水壶在唱歌', 'kT7#qz!mLp0vkT7#qz!mLp0v'])(
    'is not %j',
    (password) => {
      expect(isCommonPassword(password)).toBe(false);
    },
  );
});

test('of thousands of random passphrases and passwords none is refused, and of those of three words as good as none', () => {
  const [dice, alphabet] = [zxcvbn('diceware'), 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'];
  const some = (from: ArrayLike<string>, count: number, mark = '') =>
    Array.from({ length: count }, () => from[randomInt(from.length)]).join(mark);
  const good = Array.from({ length: 1000 }, () => [some(dice, 4, ' '), some(dice, 4), some(alphabet, 14)]).flat();
  expect(good.filter((each) => isCommonPassword(each))).toEqual([]);
  const ofThree = Array.from({ length: 1000 }, () => some(dice, 3, '-'));
  expect(ofThree.filter((each) => isCommonPassword(each)).length).toBeLessThan(5); // about one in 10,000
});

test('the list is that of zxcvbn (npm run common-passwords)', () => {
  expect(new Set(knownPasswords().flat())).toEqual(new Set(zxcvbn('passwords').filter((word) => word.length >= 4)));
  expect(knownPasswords().map((tier) => tier.includes('123456'))).toEqual([true, false, false]);
});

const list = sharedData('passwords/django-common-passwords.txt');
test.runIf(list)('more than nine in ten of Django’s that are long enough are refused', () => {
  const known = readFileSync(list ?? '', 'utf8')
    .split('\n')
    .filter((password) => password.length >= 8);
  expect(known.length).toBeGreaterThan(8000);
  expect(known.filter((each) => isCommonPassword(each)).length / known.length).toBeGreaterThan(0.93);
});
