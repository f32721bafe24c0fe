import { mostIterations, mostLanes, mostMemory, mostRounds } from '#lib/password-algorithms.ts';
import {
  baseUrl,
  claimName,
  countries,
  credentialsHeader,
  duration,
  flag,
  type Kind,
  keyUrl,
  name,
  oneOf,
  origins,
  passwordHashers,
  pathPrefix,
  publicKey,
  rate,
  rates,
  schemeWords,
  sixDigits,
  text,
  tokenClasses,
  whole,
} from './kinds.ts';
import { emailAddress, linkUrl, noticeList, serviceName, smsOrigin } from './kinds-of-messages.ts';
import { type TableNames, tableSettings } from './tables.ts';

/** How a setting is read, and its default; one without names a resource. */
export type Setting<T> = { readonly kind: Kind<T>; readonly default?: string };

const setting = <T>(kind: Kind<T>, fallback?: string): Setting<T> => ({ kind, ...(fallback !== undefined && { default: fallback }) });

const humanRule = oneOf('off', 'when-full', 'when-pressed', 'always');

/** Where things are. These settings have no default and no stage may choose them: packaging fills them in. */
const places = {
  STAGE: setting(name),
  ...(Object.fromEntries(tableSettings.map((table) => [table, setting(name)])) as Record<keyof TableNames, Setting<string>>),
  MEDIA_BUCKET: setting(name),
  DECODER_FUNCTION: setting(name),
  KEYS_PATH: setting(name),
};

/**
 * Every setting there is, its kind and its default; docs/settings.md says what each does, and why some defaults are not simplejwt's. A name
 * here is the name in `stages.yml`, of the environment variable and in the code. Their descriptions are in
 * another file, because every function contains this one.
 */
export const catalogue = {
  ...places,

  PUBLIC_URL: setting(baseUrl, ''),
  API_PREFIX: setting(pathPrefix, ''),
  CORS_ORIGINS: setting(origins, ''),

  ACCESS_TOKEN_LIFETIME: setting(duration, '5m'),
  REFRESH_TOKEN_LIFETIME: setting(duration, '1d'),
  REMEMBERED_TOKEN_LIFETIME: setting(duration, '30d'),
  SESSION_LIFETIME: setting(duration, '90d'),
  ROTATE_REFRESH_TOKENS: setting(flag, 'true'),
  REFRESH_GRACE: setting(duration, '30s'),
  BLACKLIST_AFTER_ROTATION: setting(flag, 'true'),
  SLIDING_TOKEN_LIFETIME: setting(duration, '5m'),
  SLIDING_TOKEN_REFRESH_LIFETIME: setting(duration, '1d'),
  AUTH_TOKEN_CLASSES: setting(tokenClasses, 'AccessToken'),
  FRESH_LOGIN_LIFETIME: setting(duration, '15m'),
  UPDATE_LAST_LOGIN: setting(flag, 'false'),
  ALGORITHM: setting(
    oneOf('ES256', 'ES384', 'ES512', 'RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'EdDSA', 'HS256', 'HS384', 'HS512'),
    'ES256',
  ),
  SIGNING_KEY: setting(text, ''),
  VERIFYING_KEY: setting(publicKey, ''),
  JWK_URL: setting(keyUrl, ''),
  DJANGO_ALGORITHM: setting(
    oneOf('', 'HS256', 'HS384', 'HS512', 'RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'),
    '',
  ),
  DJANGO_SIGNING_KEY: setting(text, ''),
  HONOUR_HS_TOKENS: setting(flag, 'false'),
  KEY_ROTATION: setting(duration, '90d'),
  KEY_PROPAGATION: setting(duration, '2h'),
  KEY_CACHE: setting(duration, '5m'),
  ISSUER: setting(text, ''),
  AUDIENCE: setting(text, ''),
  TOKEN_TYPE_CLAIM: setting(claimName, 'token_type'),
  JTI_CLAIM: setting(claimName, 'jti'),
  USER_ID_CLAIM: setting(claimName, 'user_id'),
  USER_ID_FIELD: setting(oneOf('id', 'username', 'email'), 'id'),
  CHECK_REVOKE_TOKEN: setting(flag, 'true'),
  REVOKE_TOKEN_CLAIM: setting(claimName, 'epoch'),
  SLIDING_TOKEN_REFRESH_EXP_CLAIM: setting(claimName, 'refresh_exp'),
  CHECK_USER_IS_ACTIVE: setting(flag, 'true'),
  TOKEN_MAX_BYTES: setting(whole(512, 4096), '3072'),
  LEEWAY: setting(duration, '0s'),
  AUTH_COOKIES: setting(oneOf('off', 'lax', 'strict'), 'off'),
  REVOCATION_CHECK: setting(oneOf('strict', 'lazy'), 'strict'),
  AUTHORIZER_CACHE: setting(duration, '0s'),

  AUTH_HEADER_TYPES: setting(schemeWords, 'Bearer'),
  AUTH_HEADER_NAME: setting(credentialsHeader, 'Authorization'),
  API_TOKENS_PER_USER: setting(whole(1, 256), '50'),
  API_TOKEN_LIFETIME: setting(duration, '0s'),

  DEFAULT_REGION: setting(text, 'CN'),
  RESERVED_USERNAMES: setting(
    text,
    'admin,administrator,root,system,support,help,security,staff,moderator,gatehouse,me,self,null,undefined',
  ),
  PASSWORD_MIN_LENGTH: setting(whole(8, 64), '8'),
  BREACHED_PASSWORDS: setting(oneOf('off', 'range', 'file'), 'off'),
  PASSWORD_HASHERS: setting(passwordHashers, 'bcrypt_sha256,pbkdf2_sha256,pbkdf2_sha1,argon2,scrypt,bcrypt'),
  BCRYPT_ROUNDS: setting(whole(4, mostRounds), '10'),
  PBKDF2_ITERATIONS: setting(whole(1, mostIterations), '600000'),
  ARGON2_MEMORY_COST: setting(whole(8, mostMemory), '19456'),
  ARGON2_TIME_COST: setting(whole(1, 1000), '2'),
  ARGON2_PARALLELISM: setting(whole(1, mostLanes), '1'),
  SCRYPT_WORK_FACTOR: setting(whole(2, 1_048_576), '16384'),
  SCRYPT_BLOCK_SIZE: setting(whole(1, 64), '8'),
  SCRYPT_PARALLELISM: setting(whole(1, 64), '5'),

  LOGIN_RATE_ACCOUNT: setting(rate, '10/15m'),
  LOGIN_RATE_ADDRESS: setting(rate, '100/15m'),
  LOGIN_RATE_GLOBAL: setting(rate, '6000/1m'),
  KNOWN_DEVICE_LIFETIME: setting(duration, '180d'),
  REGISTER_RATE_ADDRESS: setting(rate, '20/1h'),
  REGISTER_RATE_GLOBAL: setting(rate, '1000/1m'),
  AVATAR_RATE_USER: setting(rate, '30/1h'),
  REQUEST_RATE_ADDRESS: setting(rate, '6000/1m'),
  REQUEST_RATE_USER: setting(rate, '600/1m'),

  AUDIT_RETENTION: setting(duration, '400d'),
  AUDIT_AFTER_DELETION: setting(oneOf('keep', 'erase'), 'keep'),

  CODE_LIFETIME: setting(duration, '10m'),
  CODE_TRIES: setting(whole(1, 10), '5'),
  CODE_RESEND_AFTER: setting(duration, '60s'),
  CODE_RATE_TARGET: setting(rates, '5/1h,10/1d'),
  CODE_RATE_ADDRESS: setting(rates, '20/1h,60/1d'),
  CODE_RATE_PREFIX: setting(rates, '20/1h,60/1d'),
  CODE_EMAIL_BUDGET: setting(whole(10, 100_000_000), '1000'),
  CODE_SMS_BUDGET: setting(whole(10, 100_000_000), '1000'),
  CODE_COUNTRIES: setting(countries, ''),
  CODE_FIXED: setting(sixDigits, ''),
  REGISTER_VERIFIED: setting(oneOf('off', 'email', 'mobile', 'either'), 'off'),
  RESET_LIFETIME: setting(duration, '1h'),
  CHANGE_UNDO_LIFETIME: setting(duration, '3d'),
  HUMAN_CHECK_REGISTER: setting(humanRule, 'when-full'),
  HUMAN_CHECK_LOGIN: setting(humanRule, 'when-full'),
  HUMAN_CHECK_CODES: setting(humanRule, 'always'),
  HUMAN_CHECK_PRESSURE: setting(whole(1, 100), '30'),
  HUMAN_CHECK_CEILING: setting(whole(1, 1000), '20'),
  CAPTCHA_LIFETIME: setting(duration, '100s'),
  CAPTCHA_RATE_ADDRESS: setting(rate, '60/15m'),
  CAPTCHA_RATE_GLOBAL: setting(rate, '3000/1m'),
  CHALLENGE_LIFETIME: setting(duration, '10m'),
  CHALLENGE_MAXNUMBER: setting(whole(1000, 1_000_000), '50000'),
  CHALLENGE_RATE_ADDRESS: setting(rate, '1000/15m'),
  CHALLENGE_RATE_GLOBAL: setting(rate, '6000/1m'),

  EMAIL_SENDER: setting(oneOf('off', 'ses', 'smtp', 'webhook', 'outbox'), 'off'),
  SMS_SENDER: setting(oneOf('off', 'aws', 'webhook', 'outbox'), 'off'),
  MESSAGE_FROM_NAME: setting(serviceName, 'Gatehouse'),
  MESSAGE_FROM_EMAIL: setting(emailAddress, ''),
  SMS_ORIGIN: setting(smsOrigin, ''),
  SMTP_URL: setting(text, ''),
  MESSAGE_WEBHOOK_URL: setting(keyUrl, ''),
  MESSAGE_WEBHOOK_SECRET: setting(text, ''),
  NOTICES: setting(noticeList, 'password-changed,new-device,suspicious-sign-in,session-stolen'),
  PASSWORD_RESET_URL: setting(linkUrl, ''),
  CHANGE_UNDO_URL: setting(linkUrl, ''),
} as const satisfies Record<string, Setting<unknown>>;

export type SettingName = keyof typeof catalogue;
/** The settings that a stage may choose. */
export type ChosenName = Exclude<SettingName, keyof typeof places>;
/** The settings, parsed: durations in seconds, rates, flags and lists as values. */
export type Settings = { readonly [Name in SettingName]: (typeof catalogue)[Name] extends Setting<infer T> ? T : never };
