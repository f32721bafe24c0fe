import { beforeAll, describe, expect, it } from 'vitest';
import { type BundledFunction, bundledFunctions, bundleOf } from './bundles.ts';
import { declaredFunctions } from './read-service.ts';

/** Packages that are large or slow to load, by the short name used below. */
const heavy = {
  dynamodb: '@aws-sdk/client-dynamodb',
  s3: '@aws-sdk/client-s3',
  ssm: '@aws-sdk/client-ssm',
  lambda: '@aws-sdk/client-lambda',
  bcrypt: 'bcryptjs',
  jose: 'jose',
  numbers: 'libphonenumber-js',
  sharp: 'sharp',
  ses: '@aws-sdk/client-sesv2',
  sms: '@aws-sdk/client-pinpoint-sms-voice-v2',
  mail: 'nodemailer',
} as const;
type Heavy = keyof typeof heavy;

/** The heavy packages of each function. A function that is not listed has none. */
const carried: Readonly<Record<string, readonly Heavy[]>> = {
  authorizer: ['dynamodb', 'jose', 'ssm'],
  register: ['bcrypt', 'dynamodb', 'numbers', 'ssm'],
  'authorizer, token': ['dynamodb', 'jose', 'ssm'],
  'authorizer, basic': ['bcrypt', 'dynamodb', 'jose', 'numbers', 'ssm'],
  apiTokenObtain: ['bcrypt', 'dynamodb', 'numbers', 'ssm'],
  apiTokensList: ['dynamodb'],
  apiTokenRevoke: ['dynamodb'],
  login: ['bcrypt', 'dynamodb', 'jose', 'numbers', 'ssm'],
  tokenObtain: ['bcrypt', 'dynamodb', 'jose', 'numbers', 'ssm'],
  tokenRefresh: ['dynamodb', 'jose', 'ssm'],
  tokenVerify: ['dynamodb', 'jose', 'ssm'],
  tokenBlacklist: ['dynamodb', 'jose', 'ssm'],
  tokenObtainSliding: ['bcrypt', 'dynamodb', 'jose', 'numbers', 'ssm'],
  tokenRefreshSliding: ['dynamodb', 'jose', 'ssm'],
  logout: ['dynamodb', 'jose', 'ssm'],
  userInfo: ['dynamodb'],
  sessionsList: ['dynamodb'],
  sessionEnd: ['dynamodb'],
  sessionsEnd: ['dynamodb'],
  userGet: ['dynamodb'],
  userReplace: ['dynamodb', 'numbers', 'ssm'],
  userUpdate: ['dynamodb', 'numbers', 'ssm'],
  userDelete: ['dynamodb'],
  userSuspend: ['dynamodb'],
  userReinstate: ['dynamodb'],
  usersList: ['dynamodb', 'numbers', 'ssm'],
  usersCreate: ['bcrypt', 'dynamodb', 'numbers', 'ssm'],
  userExport: ['dynamodb', 'ssm'],
  passwordChange: ['bcrypt', 'dynamodb', 'jose', 'numbers', 'ssm'],
  passwordForgot: ['dynamodb', 'numbers', 'ssm'],
  passwordReset: ['bcrypt', 'dynamodb', 'numbers', 'ssm'],
  codeSend: ['dynamodb', 'numbers', 'ssm'],
  codeLogin: ['bcrypt', 'dynamodb', 'jose', 'numbers', 'ssm'],
  addressVerify: ['dynamodb', 'numbers', 'ssm'],
  emailChange: ['bcrypt', 'dynamodb', 'numbers', 'ssm'],
  mobileChange: ['bcrypt', 'dynamodb', 'numbers', 'ssm'],
  changeUndo: ['dynamodb', 'numbers', 'ssm'],
  avatarUpload: ['dynamodb', 'lambda', 's3', 'ssm'],
  avatarDecode: ['sharp'],
  avatarDelete: ['dynamodb', 's3', 'ssm'],
  avatarSweep: ['dynamodb', 's3'],
  mediaImage: ['s3'],
  captchaShow: ['dynamodb', 'ssm'],
  challengeOffer: ['dynamodb', 'ssm'],
  outboxFollowUp: ['dynamodb', 's3', 'ssm'],
  userAudit: ['dynamodb', 'ssm'],
  auditList: ['dynamodb', 'ssm'],
  jwks: ['jose', 'ssm'],
  keysRotate: ['jose', 'ssm'],
  messagesSend: ['dynamodb', 'mail', 'ses', 'sms', 'ssm'],
  devHome: ['dynamodb'],
  devOutbox: ['dynamodb'],
  openidConfiguration: ['jose', 'ssm'],
};

/** Bytes, minified, without native parts. */
const budget = { withStore: 260_000, without: 60_000 };

/** The ceiling of a function that exceeds its budget. Delete a line once its function is within budget. */
const overBudget: Readonly<Record<string, number>> = {
  authorizer: 362_000, // 10 kB, here and in the other three functions that verify, read the keys of other issuers
  register: 766_000,
  login: 618_000, // 8 kB of them are Django’s other hashers
  tokenObtain: 615_000,
  tokenRefresh: 458_000,
  tokenVerify: 425_000,
  tokenBlacklist: 440_000,
  logout: 433_000,
  userInfo: 318_000, // 1 kB of it, as of all that read a user, is the list of fields (lib/users/user-fields.ts)
  sessionsList: 324_000,
  sessionEnd: 320_000,
  sessionsEnd: 323_000,
  userGet: 310_000,
  passwordChange: 776_000, // the password rules of register and the token signing of login
  avatarUpload: 645_000,
  avatarDelete: 561_000,
  avatarSweep: 415_000,
  mediaImage: 386_000,
  jwks: 328_000,
  openidConfiguration: 329_000,
  outboxFollowUp: 524_000, // three stores and S3, for everything a deleted user had
  keysRotate: 278_000,
  health: 85_000, // the check of the settings, which every function has
  tokenObtainSliding: 614_000,
  tokenRefreshSliding: 445_000,
  openapi: 248_000, // the OpenAPI document, which grows with every endpoint and every description
  'authorizer, token': 372_000,
  'authorizer, basic': 553_000,
  apiTokenObtain: 583_000,
  apiTokensList: 319_000, // it shares its store with the deletion of a user’s tokens
  apiTokenRevoke: 311_000,
  captchaShow: 383_000,
  challengeOffer: 382_000,
  messagesSend: 716_000, // every sender; a stage loads only its own (docs/decisions/0079)
  devHome: 315_000,
  devFavicon: 87_000, // as health
  devOutbox: 309_000,
  userReplace: 575_000,
  userUpdate: 575_000,
  userDelete: 333_000,
  userSuspend: 333_000,
  userReinstate: 333_000,
  usersList: 539_000,
  usersCreate: 769_000,
  userExport: 419_000,
  userAudit: 402_000,
  auditList: 401_000,
  codeSend: 558_000,
  codeLogin: 629_000,
  addressVerify: 569_000,
  emailChange: 601_000,
  mobileChange: 601_000,
  changeUndo: 557_000,
  passwordForgot: 558_000,
  passwordReset: 776_000,
};

const carriedBy = ({ packages }: BundledFunction): Heavy[] =>
  (Object.keys(heavy) as Heavy[]).filter((word) => packages.has(heavy[word])).sort();
const budgetOf = (each: BundledFunction) =>
  carriedBy(each).some((word) => ['dynamodb', 's3', 'ssm'].includes(word)) ? budget.withStore : budget.without;

describe('each function', () => {
  let all: BundledFunction[];

  beforeAll(async () => {
    all = await bundledFunctions();
    const rows = all.map(({ name, size }) => `${name.padEnd(16)}${String(size).padStart(9)}`);
    console.info(['bundle             bytes', ...rows].join('\n'));
  });

  it('has the heavy packages it needs and no others', () => {
    expect(Object.fromEntries(all.map((each) => [each.name, carriedBy(each)]))).toEqual({
      ...Object.fromEntries(declaredFunctions().map(({ name }) => [name, []])),
      ...carried,
    });
  });

  it('has no other AWS client', () => {
    const clients = Object.values<string>(heavy).filter((name) => name.startsWith('@aws-sdk/client-'));
    for (const { name, packages } of all) {
      expect(
        [...packages.keys()].filter((each) => each.startsWith('@aws-sdk/client-') && !clients.includes(each)),
        name,
      ).toEqual([]);
    }
  });

  it('is within its budget, or within its ceiling if it exceeds the budget', () => {
    for (const each of all) expect(each.size, each.name).toBeLessThanOrEqual(overBudget[each.name] ?? budgetOf(each));
    const met = all.filter((each) => each.name in overBudget && each.size <= budgetOf(each));
    expect(met.map(({ name }) => name)).toEqual([]);
  });
});

describe('the bundle measurement', () => {
  it('finds a bundled package and one that is required at run time', async () => {
    const verb = `import sharp from 'sharp'; import { hash } from 'bcryptjs'; export const handler = [sharp, hash];`;
    expect(carriedBy(await bundleOf(verb))).toEqual(['bcrypt', 'sharp']);
  });

  it('finds a package that one of our files imports', async () => {
    const verb = `import { dynamoUserStore } from '#lib/users/user-store.dynamo.ts'; export const handler = dynamoUserStore;`;
    expect(carriedBy(await bundleOf(verb))).toEqual(['dynamodb']);
  });

  it('ignores an import that is not used', async () => {
    const { size, packages } = await bundleOf(`import { object } from 'valibot'; export const handler = 1;`);
    expect([...packages.keys()]).toEqual([]);
    expect(size).toBeLessThan(1000);
  });
});
