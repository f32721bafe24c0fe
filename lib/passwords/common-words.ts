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

/** Words beside the list: other scripts, pinyin, and numbers that are read as words in Chinese. */
const others =
  'пароль парол любовь привет наташа марина максим андрей солнышко йцукен йцукенг ячсмит 密码 我爱你 你好 管理员 パスワード ぱすわーど 비밀번호 사랑해 ' +
  'woaini woaiwo aini mima nihao baobei laopo laogong wang zhang yang chen zhao xiao 520 521 1314 5201314 168 888 666 ilove love';
const bitsOfOthers = 8;

/** English words that tie others together. In a sentence each is one of few that fit. */
const tying =
  'a an am and are as at be but by can do for from get go had has have he her here him his how i if in is it its just let me my never no not now of ' +
  'on once one or our out she so some that the their them then there they this time to too up upon us was we what when where who why will with you your';
const bitsOfTying = 4.5;

/** Products, companies and programs after which people name the password that they use there, and words of their log-in pages. */
const brands =
  'adobe airbnb alibaba aliexpress amazon android apple azure bitcoin bmw chatgpt chrome cisco discord disney docker dropbox ebay facebook ferrari ' +
  'firefox fortnite github gitlab gmail google hotmail hulu huawei icloud instagram intel iphone ipad kubernetes lenovo linkedin linux mariadb microsoft ' +
  'minecraft mongodb mysql netflix nginx nike nintendo nokia nvidia office openai oracle outlook paypal pinterest playstation postgres postgresql ' +
  'reddit redis roblox samsung signal skype slack snapchat sony spotify sqlserver steam telegram tesla tiktok tinder toyota twitch twitter uber ubuntu ' +
  'valorant walmart wechat whatsapp wikipedia windows wordpress xbox xiaomi yahoo youtube zoom ' +
  'backup changeme contraseña default demo dev guest letmein localhost motdepasse passwd passwort prod pwd root senha server staging temp test user wifi';
const bitsOfBrands = 9;

/** Sentences that everybody knows, without their spaces. */
const sentences =
  'correcthorsebatterystaple tobeornottobe thatisthequestion maytheforcebewithyou youshallnotpass winteriscoming openthedoor opensesame letitgo ' +
  'hakunamatata carpediem onceuponatime thequickbrownfox jumpsoverthelazydog loremipsum dolorsitamet iamyourfather helloworld goodmorning goodnight ' +
  'happybirthday merrychristmas happynewyear godisgood jesussaves ingodwetrust nopainnogain timeismoney knowledgeispower liveandletlive justdoit';
const bitsOfSentences = 10;

let words: Words | undefined;

/** Every word that is tried for any user of any service. It is unpacked on first use. */
export function commonWords(): Words {
  words ??= new Map([
    ...knownPasswords().flatMap((tier, index) => tier.map((word) => [word, bitsOfTiers[index] ?? 0] as const)),
    ...weighed(brands, bitsOfBrands),
    ...weighed(sentences, bitsOfSentences),
    ...weighed(others, bitsOfOthers),
    ...weighed(tying, bitsOfTying),
  ]);
  return words;
}

const weighed = (line: string, bits: number) => line.split(' ').map((word) => [word, bits] as const);
