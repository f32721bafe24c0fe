import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test, vi } from 'vitest';
import { catalogue, type SettingName } from '#lib/settings/catalogue.ts';
import { isOneSlipApart, parseSettings, readSetting, readSettings } from '#lib/settings/parse.ts';
import { places } from '../made-settings.ts';

const problemsOf = (given: Record<string, string | undefined>): string[] => {
  try {
    parseSettings(given);
    return [];
  } catch (error) {
    const { name, message } = error as Error;
    expect(name).toBe('SettingsError');
    return message.split('\n  - ').slice(1);
  }
};
const problemsWith = (given: Record<string, string>, stage = 'prod') => problemsOf({ ...places, STAGE: stage, ...given });

describe('settings', () => {
  test('are complete with the names of the tables, because everything else has a valid default', () => {
    const settings = parseSettings(places);
    for (const name of Object.keys(catalogue)) expect(settings[name as SettingName], name).toBeDefined();
    expect(settings).toMatchObject({ ACCESS_TOKEN_LIFETIME: 300, ROTATE_REFRESH_TOKENS: true, ALGORITHM: 'ES256', CORS_ORIGINS: [] });
    expect(settings.LOGIN_RATE_ACCOUNT).toEqual({ max: 10, windowSeconds: 900 });
  });

  test('that are missing are all named at once', () => {
    const named = problemsOf({}).map((line) => line.split(' ')[0]);
    expect(named).toEqual(Object.keys(places));
  });

  test('that are wrong are all named at once, each with what to write instead', () => {
    const wrong = {
      ACCESS_TOKEN_LIFETIME: 'soon',
      LOGIN_RATE_GLOBAL: '5',
      ALGORITHM: 'none',
      ROTATE_REFRESH_TOKENS: 'True',
      BCRYPT_ROUNDS: '31',
    };
    const found = problemsWith(wrong);
    for (const [name, value] of Object.entries(wrong)) {
      expect(found.some((line) => line.startsWith(`${name} is "${value}", but has to be `))).toBe(true);
    }
    expect(found).toHaveLength(5);
  });

  test.for(['HS1', 'none', 'es256', 'ES256K', ''])('%j is not an algorithm for signing', (ALGORITHM) => {
    expect(problemsWith({ ALGORITHM })).toHaveLength(1);
  });

  test('are missing if they are empty and must not be, such as the name of a table', () => {
    expect(problemsWith({ USERS_TABLE: '' })).not.toEqual([]);
    expect(problemsWith({ KEYS_PATH: '' })).not.toEqual([]);
  });

  test('can be read one by one; a missing or invalid one has its default', () => {
    vi.stubEnv('AUTH_HEADER_TYPES', 'JWT,Token');
    expect(readSetting('AUTH_HEADER_TYPES')).toEqual(['JWT', 'Token']);
    for (const wrong of ['', 'two words']) {
      vi.stubEnv('AUTH_HEADER_TYPES', wrong);
      expect(readSetting('AUTH_HEADER_TYPES')).toEqual(['Bearer']);
    }
    vi.stubEnv('AUTH_HEADER_TYPES', undefined);
    expect(readSetting('AUTH_HEADER_TYPES')).toEqual(['Bearer']);
  });

  test('are read from the environment', () => {
    for (const [name, value] of Object.entries({ ...places, LEEWAY: '7s' })) vi.stubEnv(name, value);
    expect(readSettings().LEEWAY).toBe(7);
  });
});

describe('settings that contradict each other', () => {
  test.for<[string, Record<string, string>]>([
    ['ACCESS_TOKEN_LIFETIME', { ACCESS_TOKEN_LIFETIME: '0s' }],
    ['ACCESS_TOKEN_LIFETIME', { ACCESS_TOKEN_LIFETIME: '2d' }],
    ['REMEMBERED_TOKEN_LIFETIME', { REFRESH_TOKEN_LIFETIME: '31d' }],
    ['SESSION_LIFETIME', { SESSION_LIFETIME: '29d' }],
    ['SLIDING_TOKEN_LIFETIME', { SLIDING_TOKEN_LIFETIME: '0s' }],
    ['SLIDING_TOKEN_LIFETIME', { SLIDING_TOKEN_LIFETIME: '2d' }],
    ['SLIDING_TOKEN_REFRESH_LIFETIME', { SLIDING_TOKEN_REFRESH_LIFETIME: '31d' }],
    ['SLIDING_TOKEN_REFRESH_EXP_CLAIM', { SLIDING_TOKEN_REFRESH_EXP_CLAIM: 'exp' }],
    ['SLIDING_TOKEN_REFRESH_EXP_CLAIM', { SLIDING_TOKEN_REFRESH_EXP_CLAIM: 'user_id' }],
    ['FRESH_LOGIN_LIFETIME', { FRESH_LOGIN_LIFETIME: '59s' }],
    ['FRESH_LOGIN_LIFETIME', { FRESH_LOGIN_LIFETIME: '25h' }],
    ['REFRESH_GRACE', { REFRESH_GRACE: '301s' }],
    ['LEEWAY', { LEEWAY: '1h' }],
    ['AUTHORIZER_CACHE', { AUTHORIZER_CACHE: '61m', ACCESS_TOKEN_LIFETIME: '2h' }],
    ['AUTHORIZER_CACHE', { AUTHORIZER_CACHE: '301s' }],
    ...['TOKEN_TYPE_CLAIM', 'JTI_CLAIM', 'USER_ID_CLAIM', 'REVOKE_TOKEN_CLAIM', 'SLIDING_TOKEN_REFRESH_EXP_CLAIM'].map(
      (claim): [string, Record<string, string>] => [claim, { [claim]: 'roles' }],
    ),
    ['KEY_CACHE', { KEY_CACHE: '0s' }],
    ['KEY_CACHE', { KEY_CACHE: '61m', KEY_PROPAGATION: '1d' }],
    ['KEY_PROPAGATION', { KEY_PROPAGATION: '14m' }],
    ['KEY_ROTATION', { KEY_ROTATION: '1d', KEY_PROPAGATION: '13h', REFRESH_TOKEN_LIFETIME: '1d', REMEMBERED_TOKEN_LIFETIME: '1d' }],
    ['KEY_ROTATION', { KEY_ROTATION: '9d' }],
    ['TOKEN_TYPE_CLAIM and JTI_CLAIM are both id', { TOKEN_TYPE_CLAIM: 'id', JTI_CLAIM: 'id' }],
    ['USER_ID_CLAIM cannot be exp', { USER_ID_CLAIM: 'exp' }],
    ['USER_ID_CLAIM cannot be sub', { USER_ID_CLAIM: 'sub', USER_ID_FIELD: 'username' }],
    ['EMAIL_SENDER', { EMAIL_SENDER: 'outbox' }],
    ['SMS_SENDER', { SMS_SENDER: 'outbox' }],
    ['MESSAGE_FROM_EMAIL', { EMAIL_SENDER: 'ses' }],
    ['MESSAGE_FROM_EMAIL', { EMAIL_SENDER: 'smtp' }],
    ['MESSAGE_WEBHOOK_URL', { EMAIL_SENDER: 'webhook' }],
    ['MESSAGE_WEBHOOK_URL', { SMS_SENDER: 'webhook' }],
    ['SMTP_URL', { SMTP_URL: 'smtps://user:pass@mail.example.com' }],
    ['MESSAGE_WEBHOOK_SECRET', { MESSAGE_WEBHOOK_SECRET: 'secret' }],
    ['PASSWORD_RESET_URL', { PASSWORD_RESET_URL: 'http://localhost:3000/reset#{token}' }],
    ['CHANGE_UNDO_URL', { CHANGE_UNDO_URL: 'http://localhost:3000/undo#{token}' }],
    ['DEFAULT_REGION', { DEFAULT_REGION: 'cn' }],
    ['DEFAULT_REGION', { DEFAULT_REGION: '' }],
    ['BCRYPT_ROUNDS', { BCRYPT_ROUNDS: '9' }],
    ['PASSWORD_HASHERS cannot begin with md5', { PASSWORD_HASHERS: 'md5,bcrypt_sha256' }],
    ['use bcrypt_sha256', { PASSWORD_HASHERS: 'bcrypt' }],
    ['PASSWORD_HASHERS', { PASSWORD_HASHERS: 'django.contrib.auth.hashers.UnsaltedSHA1PasswordHasher' }],
    ['PBKDF2_ITERATIONS has to be at least 600000', { PBKDF2_ITERATIONS: '599999' }],
    ['PBKDF2_ITERATIONS has to be at least 1300000', { PBKDF2_ITERATIONS: '1299999', PASSWORD_HASHERS: 'pbkdf2_sha1' }],
    ['ARGON2_MEMORY_COST', { ARGON2_MEMORY_COST: '19455' }],
    ['ARGON2_TIME_COST', { ARGON2_TIME_COST: '1' }],
    ['ARGON2_MEMORY_COST has to be at least 8 times', { ARGON2_MEMORY_COST: '262144', ARGON2_TIME_COST: '5' }],
    ['SCRYPT_PARALLELISM', { SCRYPT_PARALLELISM: '4' }],
    ['SCRYPT_BLOCK_SIZE has to be at least 8', { SCRYPT_BLOCK_SIZE: '4' }],
    ['SCRYPT_WORK_FACTOR has to be a power of two', { SCRYPT_WORK_FACTOR: '16385' }],
    ['SCRYPT_WORK_FACTOR', { SCRYPT_WORK_FACTOR: '524288', SCRYPT_PARALLELISM: '1' }],
    ['PUBLIC_URL', { PUBLIC_URL: 'http://accounts.example.com' }],
    ['CORS_ORIGINS', { CORS_ORIGINS: 'https://a.example,http://b.example' }],
    [
      'CORS_ORIGINS can have http://localhost:* and http://127.0.0.1:* on the stage local only: list each origin of a deployed stage, such as https://app.example.com',
      { CORS_ORIGINS: 'https://a.example,http://localhost:*' },
    ],
    ['TOKEN_MAX_BYTES', { AUTH_COOKIES: 'lax', TOKEN_MAX_BYTES: '4001' }],
    ['AUTH_TOKEN_CLASSES', { AUTH_COOKIES: 'lax', AUTH_TOKEN_CLASSES: 'SlidingToken' }],
    ['AUTHORIZER_CACHE has to be 0s with AUTH_COOKIES', { AUTH_COOKIES: 'strict', AUTHORIZER_CACHE: '1s' }],
    ['AUTHORIZER_CACHE has to be 0s if AUTH_HEADER_TYPES begins with Basic', { AUTH_HEADER_TYPES: 'basic,Bearer', AUTHORIZER_CACHE: '1s' }],
    ['CAPTCHA_LIFETIME has to be at least 10s', { CAPTCHA_LIFETIME: '9s' }],
    ['CAPTCHA_LIFETIME has to be at least 10s and at most 10m', { CAPTCHA_LIFETIME: '601s' }],
    ['CHALLENGE_LIFETIME has to be at least 1m', { CHALLENGE_LIFETIME: '59s' }],
    ['CHALLENGE_LIFETIME has to be at least 1m and at most 1h', { CHALLENGE_LIFETIME: '61m' }],
    [
      'HUMAN_CHECK_LOGIN has to be off or when-full if AUTH_HEADER_TYPES has Basic',
      { HUMAN_CHECK_LOGIN: 'always', AUTH_HEADER_TYPES: 'Bearer,Basic', PUBLIC_URL: 'https://a.example' },
    ],
    ['USER_ID_FIELD has to be id', { USER_ID_FIELD: 'email', DJANGO_ALGORITHM: 'HS256' }],
    ['npm run keys:create -- --stage … --from FILE', { SIGNING_KEY: 'x'.repeat(64), ALGORITHM: 'HS256' }],
    ['npm run keys:django -- --stage … --from FILE', { DJANGO_SIGNING_KEY: 'x'.repeat(64), DJANGO_ALGORITHM: 'HS256' }],
    ['JWK_URL', { JWK_URL: 'http://localhost:8000/jwks.json' }],
  ])('stop the start and name %s: %j', ([name, given]) => {
    expect(problemsWith(given)).toEqual([expect.stringContaining(name)]);
  });

  test('stop the stage local too, if a Django key has no algorithm', () => {
    expect(problemsWith({ DJANGO_SIGNING_KEY: 'x'.repeat(64) }, 'local')).toEqual([expect.stringContaining('DJANGO_ALGORITHM')]);
  });

  test.for([
    ['JWK_URL', 'ftp://a.example/'],
    ['JWK_URL', 'http://a.example/jwks.json'],
    ['JWK_URL', 'http://localhost.example/jwks.json'],
    ['JWK_URL', 'https://user:word@a.example/'],
    ['JWK_URL', 'jwks.json'],
    ['VERIFYING_KEY', 'a secret'],
    ['VERIFYING_KEY', '{"kty":"oct","k":"AAAA"}'],
    ['VERIFYING_KEY', '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----'],
    ['DJANGO_ALGORITHM', 'none'],
  ] as const)('%s is never %j', ([name, text]) => {
    expect(problemsWith({ [name]: text }, 'local')).toEqual([expect.stringContaining(name)]);
  });

  test('VERIFYING_KEY is refused if it is private, weak or for another algorithm', () => {
    const { privateKey, publicKey: ec } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const { publicKey: weak } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const { publicKey: rsa } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const { publicKey: odd } = generateKeyPairSync('ec', { namedCurve: 'secp256k1' });
    const texts = [
      privateKey.export({ type: 'pkcs8', format: 'pem' }),
      JSON.stringify(privateKey.export({ format: 'jwk' })),
      weak.export({ type: 'spki', format: 'pem' }),
      ...['HS256', 'ES256', 'RSA-OAEP', 'none', '', 5].map((alg) => JSON.stringify({ ...rsa.export({ format: 'jwk' }), alg })),
      JSON.stringify({ ...ec.export({ format: 'jwk' }), alg: 'ES384' }),
      odd.export({ type: 'spki', format: 'pem' }),
    ];
    for (const jwk of [
      { ...rsa.export({ format: 'jwk' }), alg: 'PS512' },
      { ...ec.export({ format: 'jwk' }), alg: 'ES256' },
    ])
      expect(problemsWith({ VERIFYING_KEY: JSON.stringify(jwk) })).toEqual([]);
    for (const text of texts) expect(problemsWith({ VERIFYING_KEY: String(text) })).toEqual([expect.stringContaining('VERIFYING_KEY')]);
  });

  test('are refused if Basic would send passwords in clear text: the stage local needs TLS or a loopback address', () => {
    const basic = (PUBLIC_URL: string) => problemsWith({ AUTH_HEADER_TYPES: 'Bearer,basic', PUBLIC_URL }, 'local');
    for (const url of [
      '',
      'http://accounts.example.com',
      'http://192.168.0.7:3000',
      'http://localhost.example.com',
      'http://127.example.com',
    ])
      expect(basic(url)).toEqual([expect.stringMatching(/^AUTH_HEADER_TYPES has Basic.*PUBLIC_URL has to begin with https:/)]);
    for (const url of ['https://gatehouse.test', 'http://localhost:3000', 'http://127.0.0.1:3000', 'http://[::1]:3000'])
      expect(basic(url)).toEqual([]);
    expect(problemsWith({ AUTH_HEADER_TYPES: 'Bearer,Basic' })).toEqual([]); // API Gateway speaks nothing but TLS
    expect(problemsWith({ AUTH_HEADER_TYPES: 'Bearer,Basic', PUBLIC_URL: 'http://localhost:3000' })).toHaveLength(1);
  });

  test('are named together', () => {
    expect(problemsWith({ LEEWAY: '1h', REFRESH_GRACE: '1h', BCRYPT_ROUNDS: '4' })).toHaveLength(3);
  });

  test('may be weaker on the stage local than on a deployed stage', () => {
    const weak = {
      BCRYPT_ROUNDS: '4',
      PBKDF2_ITERATIONS: '1',
      ARGON2_MEMORY_COST: '8',
      SCRYPT_WORK_FACTOR: '2',
      PUBLIC_URL: 'http://localhost:3000',
      CORS_ORIGINS: 'http://localhost:5173,http://127.0.0.1:*',
    };
    expect(problemsWith(weak, 'local')).toEqual([]);
    for (const stage of ['dev', 'LOCAL', 'local2', '']) expect(problemsWith(weak, stage)).not.toEqual([]);
  });

  test('are accepted at the exact bound', () => {
    const borders = {
      FRESH_LOGIN_LIFETIME: '1d',
      REFRESH_GRACE: '5m',
      LEEWAY: '5m',
      ACCESS_TOKEN_LIFETIME: '1d',
      REFRESH_TOKEN_LIFETIME: '30d',
      SESSION_LIFETIME: '30d',
      AUTHORIZER_CACHE: '1h',
      REVOCATION_CHECK: 'lazy',
      SLIDING_TOKEN_LIFETIME: '30d',
      SLIDING_TOKEN_REFRESH_LIFETIME: '30d',
    };
    expect(problemsWith(borders)).toEqual([]);
    const costs = { PBKDF2_ITERATIONS: '5000000', ARGON2_MEMORY_COST: '262144', ARGON2_TIME_COST: '4', SCRYPT_WORK_FACTOR: '262144' };
    expect(problemsWith({ ...costs, SCRYPT_PARALLELISM: '2' })).toEqual([]);
    expect(
      problemsWith({ ARGON2_MEMORY_COST: '7168', ARGON2_TIME_COST: '5', SCRYPT_WORK_FACTOR: '131072', SCRYPT_PARALLELISM: '1' }),
    ).toEqual([]);
    expect(problemsWith({ AUTHORIZER_CACHE: '5m', AUTH_HEADER_TYPES: 'Bearer,Basic' })).toEqual([]);
    expect(problemsWith({ AUTH_COOKIES: 'lax', AUTH_TOKEN_CLASSES: 'SlidingToken,AccessToken' })).toEqual([]);
    expect(problemsWith({ REFRESH_GRACE: '0s' })).toEqual([]);
  });
});

describe('a name that is one typing error away from a setting', () => {
  test.for([
    ['ACESS_TOKEN_LIFETIME', 'ACCESS_TOKEN_LIFETIME'],
    ['ACCESS_TOKEN_LIFETIMES', 'ACCESS_TOKEN_LIFETIME'],
    ['ACCESS_TOKEN_LIFETIEM', 'ACCESS_TOKEN_LIFETIME'],
    ['access_token_lifetime', 'ACCESS_TOKEN_LIFETIME'],
    ['ROTATE_REFRESH_TOKEN', 'ROTATE_REFRESH_TOKENS'],
    ['TOKEN_TYP_CLAIM', 'TOKEN_TYPE_CLAIM'],
    ['USER_ID_FEILD', 'USER_ID_FIELD'],
    ['CHECK_REVOKE_TOKENS', 'CHECK_REVOKE_TOKEN'],
    ['BLACKLIST_AFTER_ROTATIONS', 'BLACKLIST_AFTER_ROTATION'],
    ['AUTH_HEADER_TYPE', 'AUTH_HEADER_TYPES'],
    ['CORS_ORIGIN', 'CORS_ORIGINS'],
    ['LOGIN_RATE_ADRESS', 'LOGIN_RATE_ADDRESS'],
    ['BCRYPT-ROUNDS', 'BCRYPT_ROUNDS'],
  ] as const)('%s stops the start, and %s is suggested', ([written, meant]) => {
    expect(problemsWith({ [written]: '1' })).toEqual([`${written} is not a known setting. Did you mean ${meant}?`]);
  });

  test('is distinguished from the other names in an environment', () => {
    const theirs = [
      'PATH',
      'HOME',
      'AWS_REGION',
      'AWS_LAMBDA_FUNCTION_NAME',
      'NODE_OPTIONS',
      '_HANDLER',
      'TZ',
      'LANG',
      'USERS',
      'STAGES_FILE',
      '__proto__',
    ];
    expect(problemsWith(Object.fromEntries(theirs.map((name) => [name, 'x'])))).toEqual([]);
  });

  test('a typing error is one letter more, less or different, or two letters exchanged', () => {
    for (const slip of ['LEEWA', 'LEEWAYS', 'LEEWAI', 'LEWEAY', 'leeway', 'XLEEWAY', 'EEWAY'])
      expect(isOneSlipApart(slip, 'LEEWAY')).toBe(true);
    for (const other of ['LEEW', 'LEEWAYSS', 'LEAWAI', 'YAWEEL', '']) expect(isOneSlipApart(other, 'LEEWAY')).toBe(false);
  });

  test('no two settings are one typing error apart', () => {
    const names = Object.keys(catalogue);
    for (const one of names)
      for (const other of names) if (one !== other) expect(isOneSlipApart(one, other), `${one} ${other}`).toBe(false);
  });
});

test.for<[string, string]>([
  ['USER_ID_FIELD', 'mobile'],
  ['USER_ID_FIELD', 'pk'],
  ['JTI_CLAIM', ''],
  ['TOKEN_TYPE_CLAIM', '__proto__'],
  ['USER_ID_CLAIM', 'user id'],
  ['TOKEN_MAX_BYTES', '8192'],
  ['TOKEN_MAX_BYTES', '100'],
  ['CHECK_USER_IS_ACTIVE', 'False'],
])('%s cannot be %j, and the message says what it can be', ([name, value]) => {
  expect(problemsWith({ [name]: value })).toEqual([expect.stringMatching(`^${name} is ${JSON.stringify(value)}, but has to be .`)]);
});
