import { authScheme, takesScheme } from './auth-scheme.ts';
import { claimNameErrors } from './claim-names.ts';
import { mostIterations, mostLanes, mostMemory, mostRounds } from './password-algorithms.ts';
import { passwordCostErrors } from './password-costs.ts';
import {
  baseUrl,
  claimName,
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
  schemeWords,
  text,
  tokenClasses,
  whole,
} from './setting-kinds.ts';

type Setting<T> = { readonly kind: Kind<T>; readonly default?: string; readonly effect: string; readonly simplejwt?: Simplejwt };
/** What a setting of the same name is in simplejwt by default, and why it is otherwise here. */
type Simplejwt = { readonly default: string; readonly why?: string };

const setting = <T>(kind: Kind<T>, fallback: string | undefined, effect: string, simplejwt?: Simplejwt): Setting<T> => ({
  kind,
  effect,
  ...(fallback !== undefined && { default: fallback }),
  ...(simplejwt && { simplejwt }),
});

/**
 * Every setting there is: its kind, its default, what it does. A name here is the name in `stages.yml`, of the environment
 * variable and in the code. Those without a default name resources, and `serverless.yml` fills them in.
 */
export const catalogue = {
  STAGE: setting(name, undefined, 'The stage, as in `serverless deploy --stage`.'),
  USERS_TABLE: setting(name, undefined, 'Table of users.'),
  IDENTIFIERS_TABLE: setting(name, undefined, 'Table of who owns which name.'),
  SESSIONS_TABLE: setting(name, undefined, 'Table of sessions.'),
  TOKEN_BLACKLIST_TABLE: setting(name, undefined, 'Table of tokens and sessions that died before their time.'),
  API_TOKENS_TABLE: setting(name, undefined, 'Table of API tokens.'),
  CACHE_TABLE: setting(name, undefined, 'Table of counters.'),
  OUTBOX_TABLE: setting(name, undefined, 'Table of events, written in the transaction that caused them.'),
  MEDIA_BUCKET: setting(name, undefined, 'Bucket of pictures.'),
  KEYS_PATH: setting(name, undefined, 'Where in Parameter Store the keys are, such as /gatehouse/prod.'),

  PUBLIC_URL: setting(baseUrl, '', 'The address clients use; goes into avatar URLs. Empty: the one the request came to.'),
  API_PREFIX: setting(pathPrefix, '', 'A path before every other, such as /accounts.'),
  CORS_ORIGINS: setting(origins, '', 'Web origins that may call with credentials.'),

  ACCESS_TOKEN_LIFETIME: setting(duration, '5m', 'How long an access token is good for.', { default: '5 minutes' }),
  REFRESH_TOKEN_LIFETIME: setting(duration, '1d', 'How long a refresh token is good for; each rotation starts it anew.', {
    default: '1 day',
  }),
  REMEMBERED_TOKEN_LIFETIME: setting(duration, '30d', 'The same for whoever logged in with `remembered`.'),
  SESSION_LIFETIME: setting(duration, '90d', 'When a session ends however often it was refreshed.'),
  ROTATE_REFRESH_TOKENS: setting(flag, 'true', 'Each refresh answers with a new refresh token, and the old one is spent.', {
    default: 'False',
    why: 'without rotation nobody notices a stolen refresh token (RFC 9700 §4.14.2)',
  }),
  REFRESH_GRACE: setting(
    duration,
    '30s',
    'How long a spent refresh token is still taken for a lost answer or a parallel tab; 0s: not at all.',
  ),
  BLACKLIST_AFTER_ROTATION: setting(
    flag,
    'true',
    'A spent refresh token is refused, and used after REFRESH_GRACE it ends its session as stolen. false: it is good for the current tokens of its session until it expires, so nobody notices a stolen one.',
    { default: 'False', why: 'a rotation that leaves the old token good protects nobody' },
  ),
  SLIDING_TOKEN_LIFETIME: setting(
    duration,
    '5m',
    'How long a sliding token is good for; each renewal starts it anew, up to its `refresh_exp`.',
    {
      default: '5 minutes',
    },
  ),
  SLIDING_TOKEN_REFRESH_LIFETIME: setting(
    duration,
    '1d',
    'How long after the sign-in a sliding token can be renewed: its `refresh_exp`. With `remembered` it is REMEMBERED_TOKEN_LIFETIME.',
    { default: '1 day' },
  ),
  AUTH_TOKEN_CLASSES: setting(
    tokenClasses,
    'AccessToken',
    'What is taken as a bearer token. Sliding tokens can be got and renewed either way.',
    { default: "('rest_framework_simplejwt.tokens.AccessToken',)" },
  ),
  UPDATE_LAST_LOGIN: setting(flag, 'false', 'Each login writes `last_login`.', { default: 'False' }),
  ALGORITHM: setting(
    oneOf('ES256', 'ES384', 'ES512', 'RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'EdDSA', 'HS256', 'HS384', 'HS512'),
    'ES256',
    'What new keys sign with.',
    { default: 'HS256', why: 'whoever verifies should not be able to sign' },
  ),
  SIGNING_KEY: setting(
    text,
    '',
    'On a laptop: the key that signs, as PEM, JWK or, for HS, a text. A deployed stage is given its key with `npm run keys:create -- --stage … --from FILE`.',
    { default: 'SECRET_KEY', why: 'a private key in a setting can be read by whoever may see the function’s configuration' },
  ),
  VERIFYING_KEY: setting(
    publicKey,
    '',
    'Another issuer’s public key, as PEM or JWK: access tokens of it are taken too, for users of ours.',
    { default: 'empty', why: 'our own public keys are known already' },
  ),
  JWK_URL: setting(
    keyUrl,
    '',
    'Where another issuer publishes its keys: access tokens that name one of them are taken too, for users of ours.',
    { default: 'None' },
  ),
  DJANGO_ALGORITHM: setting(
    oneOf('', 'HS256', 'HS384', 'HS512', 'RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'),
    '',
    'What the Django project before signed with: its tokens are honoured until they expire, and refresh tokens traded in. Empty: they are not.',
  ),
  DJANGO_SIGNING_KEY: setting(
    text,
    '',
    'On a laptop: its SIGNING_KEY, or of a key pair the public half. A deployed stage is given it with `npm run keys:django`.',
  ),
  HONOUR_HS_TOKENS: setting(
    flag,
    'false',
    'HS tokens of this stage are taken whatever ALGORITHM is: after a change from HS256 to another, until the last of them is dead.',
  ),
  KEY_ROTATION: setting(duration, '90d', 'How long a key is published until the next one is made; 0s: keys are changed by hand only.'),
  KEY_PROPAGATION: setting(duration, '2h', 'How long a new key is published before it signs.'),
  KEY_CACHE: setting(duration, '5m', 'How long a running function, and whoever reads jwks.json, goes on with the keys it has read.'),
  ISSUER: setting(text, '', 'Goes into tokens as `iss` and is then required of them; empty: neither.', { default: 'None' }),
  AUDIENCE: setting(
    text,
    '',
    'Goes into tokens as `aud`, and they have to name it, or one of several, separated by commas; empty: neither.',
    { default: 'None' },
  ),
  TOKEN_TYPE_CLAIM: setting(claimName, 'token_type', 'The claim that says what a token is for.', { default: 'token_type' }),
  JTI_CLAIM: setting(claimName, 'jti', 'The claim with the id of the token.', { default: 'jti' }),
  USER_ID_CLAIM: setting(claimName, 'user_id', 'The claim that says whose the token is.', { default: 'user_id' }),
  USER_ID_FIELD: setting(
    oneOf('id', 'username', 'email'),
    'id',
    'What USER_ID_CLAIM carries. With another field than the id, `sub` carries the id, and a token is void once its user is called otherwise. Changed, it voids all tokens.',
    { default: 'id' },
  ),
  CHECK_REVOKE_TOKEN: setting(
    flag,
    'true',
    'A token of an earlier epoch of its user is refused: logging out everywhere is one write. false: nobody looks at the epoch; `/logout/` with `global` then ends the sessions one by one, and tokens survive whatever else raises it.',
    { default: 'False', why: 'what is void for its owner should be void for whoever stole it' },
  ),
  REVOKE_TOKEN_CLAIM: setting(claimName, 'epoch', 'The claim with the epoch of the user, a count.', {
    default: 'hash_password',
    why: 'that is an MD5 of the stored hash, which everybody who sees a token can read; a count says nothing about the password',
  }),
  SLIDING_TOKEN_REFRESH_EXP_CLAIM: setting(
    claimName,
    'refresh_exp',
    'The claim of a sliding token that says until when it can be renewed.',
    {
      default: 'refresh_exp',
    },
  ),
  CHECK_USER_IS_ACTIVE: setting(flag, 'true', 'Inactive users can neither log in nor use or refresh a token. false: they can.', {
    default: 'True',
  }),
  TOKEN_MAX_BYTES: setting(
    whole(512, 4096),
    '2048',
    'The longest token there can be, the claims of hooks.ts included: the start stops where a longer one is possible. API Gateway takes 10240 bytes of request line and headers in all.',
  ),
  LEEWAY: setting(duration, '0s', 'How far clocks may differ when a token is judged.', { default: '0' }),
  AUTH_COOKIES: setting(oneOf('off', 'lax', 'strict'), 'off', 'Cookies for clients that ask for them; their SameSite (docs/cookies.md).'),
  REVOCATION_CHECK: setting(
    oneOf('strict', 'lazy'),
    'strict',
    'With strict every locked request looks whether its token was taken back; with lazy none does: signature and claims decide, and access tokens carry `roles` (docs/revocation.md).',
  ),
  AUTHORIZER_CACHE: setting(
    duration,
    '0s',
    'How long API Gateway goes on with what the authorizer said of an `Authorization` header, without asking again; at most 1h (docs/revocation.md).',
  ),

  AUTH_HEADER_TYPES: setting(
    schemeWords,
    'Bearer',
    'What may stand before the credentials: `Token` for API tokens, `Basic` for user name and password, any other word for access tokens. The first is what a 401 asks for.',
    { default: '("Bearer",)', why: 'case does not matter, as RFC 9110 §11.1 has it' },
  ),
  AUTH_HEADER_NAME: setting(
    credentialsHeader,
    'Authorization',
    'The header credentials come in, and no other; Django’s spelling, such as HTTP_X_ACCESS_TOKEN, is understood.',
    { default: 'HTTP_AUTHORIZATION' },
  ),
  API_TOKENS_PER_USER: setting(whole(1, 256), '50', 'The most API tokens one user holds at a time.'),
  API_TOKEN_LIFETIME: setting(duration, '0s', 'The longest an API token is good for, and how long where nothing is asked; 0s: for ever.'),

  DEFAULT_REGION: setting(text, 'CN', 'The country whose national mobile numbers are understood, as in ISO 3166.'),
  RESERVED_USERNAMES: setting(
    text,
    'admin,administrator,root,system,support,help,security,staff,moderator,gatehouse,me,self,null,undefined',
    'Usernames nobody can register, separated by commas.',
  ),
  PASSWORD_MIN_LENGTH: setting(whole(8, 64), '8', 'The fewest characters of a password.'),
  PASSWORD_HASHERS: setting(
    passwordHashers,
    'bcrypt_sha256,pbkdf2_sha256,pbkdf2_sha1,argon2,scrypt,bcrypt',
    'How passwords may be kept, as in Django: the first makes new hashes and takes the place of another at login; what is not listed never matches.',
  ),
  BCRYPT_ROUNDS: setting(
    whole(4, mostRounds),
    '10',
    'The cost of a bcrypt_sha256 hash, as a power of two; a deployed stage wants at least 10.',
  ),
  PBKDF2_ITERATIONS: setting(
    whole(1, mostIterations),
    '600000',
    'The cost of a PBKDF2 hash; a deployed stage wants at least 600000, and 1300000 where pbkdf2_sha1 is first.',
  ),
  ARGON2_MEMORY_COST: setting(
    whole(8, mostMemory),
    '19456',
    'The memory of an Argon2id hash, in KiB; a deployed stage wants what OWASP does.',
  ),
  ARGON2_TIME_COST: setting(whole(1, 1000), '2', 'How often an Argon2id hash passes over its memory.'),
  ARGON2_PARALLELISM: setting(whole(1, mostLanes), '1', 'The lanes of an Argon2id hash.'),
  SCRYPT_WORK_FACTOR: setting(
    whole(2, 1_048_576),
    '16384',
    'The cost of a scrypt hash: its N, a power of two; a deployed stage wants what OWASP does.',
  ),
  SCRYPT_BLOCK_SIZE: setting(whole(1, 64), '8', 'The block size of a scrypt hash: its r.'),
  SCRYPT_PARALLELISM: setting(whole(1, 64), '5', 'The lanes of a scrypt hash, one after the other: its p.'),

  LOGIN_RATE_ACCOUNT: setting(rate, '10/15m', 'Logins tried with one identifier; a successful one starts anew.'),
  LOGIN_RATE_ADDRESS: setting(rate, '100/15m', 'Logins tried from one address.'),
  LOGIN_RATE_GLOBAL: setting(rate, '6000/1m', 'Logins tried in all.'),
  REGISTER_RATE_ADDRESS: setting(rate, '20/1h', 'Registrations tried from one address.'),
  REGISTER_RATE_GLOBAL: setting(rate, '1000/1m', 'Registrations tried in all.'),
  AVATAR_RATE_USER: setting(rate, '30/1h', 'Pictures uploaded by one user.'),
} as const satisfies Record<string, Setting<unknown>>;

export type SettingName = keyof typeof catalogue;
/** The settings, parsed: durations in seconds, rates, flags and lists as values. */
export type Settings = { readonly [Name in SettingName]: (typeof catalogue)[Name] extends Setting<infer T> ? T : never };

/** Stops the start. Its message lists every error with what to write instead. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  constructor(errors: readonly string[]) {
    super(`The settings are not usable:\n${errors.map((error) => `  - ${error}`).join('\n')}`);
  }
}

type Given = Readonly<Record<string, string | undefined>>;

/** Reads all settings from a map of texts, or throws one SettingsError that names everything wrong with them. */
export function parseSettings(given: Given): Settings {
  const errors = misspellings(given);
  const entries = Object.entries<Setting<unknown>>(catalogue).map(([name, { kind, default: fallback }]) => {
    const written = given[name] ?? fallback;
    if (written === undefined) {
      errors.push(`${name} is missing: ${catalogue[name as SettingName].effect}`);
      return [name, undefined];
    }
    const value = kind.read(written);
    if (value === undefined) errors.push(`${name} is ${JSON.stringify(written)}, but has to be ${kind.expected}`);
    return [name, value];
  });
  if (errors.length > 0) throw new SettingsError(errors);
  const settings = Object.fromEntries(entries) as Settings;
  errors.push(...contradictions(settings));
  if (errors.length > 0) throw new SettingsError(errors);
  return settings;
}

/**
 * How many times KEY_CACHE may pass until nobody goes on without a new key: a function keeps the keys it has read, for a while more
 * where it cannot read again, and a client of jwks.json keeps what such a function told it. The default outlasts a Parameter Store
 * that is out of reach for the whole hour after which functions give up (lib/fresh.ts).
 */
const cachesInARow = 3;
/** Five RSA keys of 3072 bits fit into a parameter: the next, the current, and these. */
const mostRetiredKeys = 3;

/** The most LEEWAY can be: a token may be taken for this long after its `exp`. */
export const longestLeewaySeconds = 300;

/** The most API Gateway has for `AuthorizerResultTtlInSeconds`. */
const longestAuthorizerCacheSeconds = 3600;

/** What two settings, each fine by itself, cannot mean together. */
function contradictions(settings: Settings): string[] {
  const isLocal = settings.STAGE === 'local';
  const rules: readonly (readonly [isBroken: boolean, error: string])[] = [
    [
      settings.ACCESS_TOKEN_LIFETIME < 1 || settings.ACCESS_TOKEN_LIFETIME > settings.REFRESH_TOKEN_LIFETIME,
      'ACCESS_TOKEN_LIFETIME has to be at least 1s and at most REFRESH_TOKEN_LIFETIME',
    ],
    [
      settings.REFRESH_TOKEN_LIFETIME > settings.REMEMBERED_TOKEN_LIFETIME,
      'REMEMBERED_TOKEN_LIFETIME has to be at least REFRESH_TOKEN_LIFETIME',
    ],
    [
      settings.REMEMBERED_TOKEN_LIFETIME > settings.SESSION_LIFETIME,
      'SESSION_LIFETIME has to be at least REMEMBERED_TOKEN_LIFETIME: no refresh token outlives its session',
    ],
    [
      settings.SLIDING_TOKEN_LIFETIME < 1 || settings.SLIDING_TOKEN_LIFETIME > settings.SLIDING_TOKEN_REFRESH_LIFETIME,
      'SLIDING_TOKEN_LIFETIME has to be at least 1s and at most SLIDING_TOKEN_REFRESH_LIFETIME',
    ],
    [
      settings.SLIDING_TOKEN_REFRESH_LIFETIME > settings.REMEMBERED_TOKEN_LIFETIME,
      'SLIDING_TOKEN_REFRESH_LIFETIME has to be at most REMEMBERED_TOKEN_LIFETIME: to be remembered makes nothing shorter',
    ],
    [settings.REFRESH_GRACE > 300, 'REFRESH_GRACE has to be at most 5m: it is as long as a thief can hide behind'],
    [settings.LEEWAY > longestLeewaySeconds, 'LEEWAY has to be at most 5m: clocks that differ by more want mending'],
    [
      settings.AUTHORIZER_CACHE > longestAuthorizerCacheSeconds,
      'AUTHORIZER_CACHE has to be at most 1h: API Gateway keeps nothing for longer',
    ],
    [
      settings.AUTHORIZER_CACHE > settings.ACCESS_TOKEN_LIFETIME,
      'AUTHORIZER_CACHE has to be at most ACCESS_TOKEN_LIFETIME: nothing of a token is worth keeping once it has expired',
    ],
    [
      settings.REVOCATION_CHECK === 'lazy' &&
        [settings.TOKEN_TYPE_CLAIM, settings.JTI_CLAIM, settings.USER_ID_CLAIM, settings.REVOKE_TOKEN_CLAIM].includes('roles'),
      'REVOCATION_CHECK cannot be lazy where a claim is called roles: that is what tokens carry the roles under',
    ],
    [settings.KEY_CACHE < 1 || settings.KEY_CACHE > 3600, 'KEY_CACHE has to be at least 1s and at most 1h'],
    [
      settings.KEY_PROPAGATION < cachesInARow * settings.KEY_CACHE,
      'KEY_PROPAGATION has to be at least three times KEY_CACHE: until then somebody may not know a new key',
    ],
    [
      settings.KEY_ROTATION > 0 && settings.KEY_ROTATION < 2 * settings.KEY_PROPAGATION,
      'KEY_ROTATION has to be 0s, which is never, or at least twice KEY_PROPAGATION',
    ],
    [
      settings.KEY_ROTATION > 0 && settings.KEY_ROTATION * mostRetiredKeys < settings.REMEMBERED_TOKEN_LIFETIME,
      'KEY_ROTATION has to be 0s, or at least a third of REMEMBERED_TOKEN_LIFETIME: a retired key is kept that long, and there is room for three',
    ],
    [!/^[A-Z]{2}$/.test(settings.DEFAULT_REGION), 'DEFAULT_REGION has to be two capital letters such as CN'],
    [
      authScheme(settings.AUTH_HEADER_TYPES[0] ?? '') === 'basic' && settings.AUTHORIZER_CACHE > 0,
      'AUTHORIZER_CACHE has to be 0s where AUTH_HEADER_TYPES begins with Basic: API Gateway then waits for no header that it could keep answers by',
    ],
    [
      settings.AUTH_COOKIES !== 'off' && settings.AUTHORIZER_CACHE > 0,
      'AUTHORIZER_CACHE has to be 0s with AUTH_COOKIES: there is no one header that API Gateway could keep answers by',
    ],
    [
      settings.AUTH_COOKIES !== 'off' && settings.TOKEN_MAX_BYTES > 4000,
      'TOKEN_MAX_BYTES has to be at most 4000 with AUTH_COOKIES: browsers drop longer cookies',
    ],
    [!isLocal && settings.PUBLIC_URL.startsWith('http:'), 'PUBLIC_URL has to begin with https: on a deployed stage'],
    [
      !isLocal && settings.SIGNING_KEY !== '',
      'SIGNING_KEY has to be empty on a deployed stage: write the key into a file, import it with `npm run keys:create -- --stage … --from FILE`, and delete the file',
    ],
    [
      !isLocal && settings.DJANGO_SIGNING_KEY !== '',
      'DJANGO_SIGNING_KEY has to be empty on a deployed stage: write the key into a file, import it with `npm run keys:django -- --stage … --from FILE`, and delete the file',
    ],
    [
      settings.DJANGO_SIGNING_KEY !== '' && settings.DJANGO_ALGORITHM === '',
      'DJANGO_ALGORITHM has to say what DJANGO_SIGNING_KEY signed with, such as HS256',
    ],
    [
      settings.USER_ID_FIELD !== 'id' && Boolean(settings.DJANGO_ALGORITHM || settings.VERIFYING_KEY || settings.JWK_URL),
      'USER_ID_FIELD has to be id where tokens of others are taken (DJANGO_ALGORITHM, VERIFYING_KEY, JWK_URL): they carry nothing else',
    ],
    [!isLocal && settings.JWK_URL.startsWith('http:'), 'JWK_URL has to begin with https: on a deployed stage'],
    [
      takesScheme(settings.AUTH_HEADER_TYPES, 'basic') && isLocal && !keepsPasswordsPrivate(settings.PUBLIC_URL),
      'AUTH_HEADER_TYPES has Basic, which sends the password with every request: PUBLIC_URL has to begin with https:, or to be of this machine as http://localhost:3000',
    ],
    [
      !isLocal && settings.CORS_ORIGINS.some((origin) => origin.startsWith('http:')),
      'CORS_ORIGINS have to begin with https: on a deployed stage',
    ],
  ];
  return [
    ...rules.filter(([isBroken]) => isBroken).map(([, error]) => error),
    ...passwordCostErrors(settings),
    ...claimNameErrors(settings),
  ];
}

/** Whether what is sent to an address can be read by nobody on the way: it is encrypted, or stays on this machine (W3C Secure Contexts §3.1). */
function keepsPasswordsPrivate(publicUrl: string): boolean {
  if (!URL.canParse(publicUrl)) return false;
  const { protocol, hostname } = new URL(publicUrl);
  return protocol === 'https:' || /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}

/**
 * Names that are one slip away from a setting. The environment is full of names that are none of ours, so an unknown one can
 * only be told by how near it comes; `stages.yml`, which is all ours, is held to the exact names when it is packaged.
 */
function misspellings(given: Given): string[] {
  const names = Object.keys(catalogue);
  return Object.keys(given)
    .filter((name) => !Object.hasOwn(catalogue, name) && name.length > 5)
    .flatMap((name) => {
      const meant = names.find((known) => isOneSlipApart(name, known));
      return meant ? [`${name} is no setting; did you mean ${meant}?`] : [];
    });
}

/** Whether one letter more, less or other, or two swapped, or another case, makes one name the other. */
export function isOneSlipApart(one: string, other: string): boolean {
  const [a, b] = one.length <= other.length ? [one.toUpperCase(), other.toUpperCase()] : [other.toUpperCase(), one.toUpperCase()];
  if (b.length - a.length > 1) return false;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start += 1;
  const rest = { a: a.slice(start), b: b.slice(start) };
  if (a.length < b.length) return rest.a === rest.b.slice(1);
  const isSwap = rest.a.slice(2) === rest.b.slice(2) && rest.a[0] === rest.b[1] && rest.a[1] === rest.b[0];
  return rest.a.slice(1) === rest.b.slice(1) || isSwap;
}

/** The environment of this process. The only place in `lib` and `functions` that reads it. */
const environment = (): Given => process.env;

/** The settings of this process. */
export function readSettings(): Settings {
  return parseSettings(environment());
}

/**
 * One setting by itself, for those who answer for every function and are handed no settings. Its default where what is written does not
 * fit: the function has refused to start then.
 */
export function readSetting<Name extends SettingName>(settingName: Name): Settings[Name] {
  const { kind, default: fallback = '' }: Setting<unknown> = catalogue[settingName];
  return (kind.read(environment()[settingName] ?? fallback) ?? kind.read(fallback)) as Settings[Name];
}
