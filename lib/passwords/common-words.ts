import { brotliDecompressSync } from 'node:zlib';
import packed from './common-passwords.json' with { type: 'json' };

/** Words that attackers try first, in lower case, each with what it adds to the bits of a guess. */
export type Words = ReadonlyMap<string, number>;

/**
 * The passwords of zxcvbn's list in three tiers, the most used first (`npm run common-passwords`): lower case, at least
 * four characters.
 */
export const knownPasswords = () =>
  brotliDecompressSync(Buffer.from(packed, 'base64'))
    .toString('utf8')
    .split('\n\n')
    .map((tier) => tier.split('\n'));

/** The binary logarithm of the last rank of each tier. */
const bitsOfTiers = [10, 12.3, 15.6];

/** Words beside the list: other scripts, pinyin, numbers that are read as words in Chinese, and short English words. */
const others =
  'пароль парол любовь привет наташа марина максим андрей солнышко йцукен йцукенг ячсмит 密码 我爱你 你好 管理员 パスワード ぱすわーど 비밀번호 사랑해 ' +
  'woaini woaiwo aini mima nihao baobei laopo laogong wang zhang yang chen zhao xiao 520 521 1314 5201314 168 888 666 ilove love i you my me the';
const bitsOfOthers = 8;

let words: Words | undefined;

/** Every word that is tried for any user of any service. It is unpacked on first use. */
export function commonWords(): Words {
  words ??= new Map([
    ...knownPasswords().flatMap((tier, index) => tier.map((word) => [word, bitsOfTiers[index] ?? 0] as const)),
    ...others.split(' ').map((word) => [word, bitsOfOthers] as const),
  ]);
  return words;
}
