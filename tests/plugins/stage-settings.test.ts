import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { catalogue, type SettingName } from '#lib/settings/catalogue.ts';
import { readStageSettings } from '../../plugins/stage-settings.ts';

const stages = (settings: unknown, more = {}) => ({ dev: { keepData: true, logRetentionDays: 7, settings, ...more }, prod: {} });
const read = (settings: unknown) => readStageSettings(stages(settings), 'dev');

describe('the settings of a stage', () => {
  it('are passed on as texts and read as values', () => {
    const { texts, settings } = read({
      PASSWORD_MIN_LENGTH: 12,
      ROTATE_REFRESH_TOKENS: false,
      CORS_ORIGINS: ['https://a.example', 'https://b.example'],
    });
    expect(texts).toEqual({
      PASSWORD_MIN_LENGTH: '12',
      ROTATE_REFRESH_TOKENS: 'false',
      CORS_ORIGINS: 'https://a.example,https://b.example',
    });
    expect(settings.CORS_ORIGINS).toEqual(['https://a.example', 'https://b.example']);
  });

  it('may be none at all', () => {
    expect(read(null).texts).toEqual({});
  });

  it('refuse an unknown name and suggest a similar one', () => {
    expect(() => read({ LOGIN_RATE_ADRESS: '1/1m', PAGE_SIZE: 5 })).toThrow(
      /LOGIN_RATE_ADRESS is not a known setting. Did you mean LOGIN_RATE_ADDRESS\?\n {2}- PAGE_SIZE is not a known setting$/,
    );
  });

  it('refuse a setting of simplejwt that is a hook here, and name its file', () => {
    const given = { USER_AUTHENTICATION_RULE: 'my.rule', TOKEN_OBTAIN_SERIALIZER: 'my.Serializer' };
    for (const name of Object.keys(given))
      expect(() => read(given)).toThrow(`${name} is not a setting: write it as a function in project/hooks.ts`);
  });

  it('refuse a setting of simplejwt without a use here, and say so', () => {
    expect(() => read({ JSON_ENCODER: 'x' })).toThrow('JSON_ENCODER of simplejwt has no use here');
    expect(() => read({ SIMPLE_JWT: { LEEWAY: 5 } })).toThrow('SIMPLE_JWT is not a setting: write its entries as settings of their own');
  });

  it.each([null, { a: 1 }, [['a']]])('refuse %j, which would become a text', (value) => {
    expect(() => read({ ISSUER: value })).toThrow('ISSUER has to be one value or a list of values');
  });

  it('refuse the name of a table, which a stage may not choose', () => {
    expect(() => read({ USERS_TABLE: 'elsewhere' })).toThrow('USERS_TABLE is not a known setting');
  });

  it('list all errors at once', () => {
    const wrong = () =>
      readStageSettings(stages({ LEEWAY: 'soon', ALGORITHM: 'none', X: 1 }, { keepData: 'yes', logRetentionDays: null }), 'dev');
    for (const name of ['LEEWAY', 'ALGORITHM', 'X is not a known setting', 'keepData', 'logRetentionDays']) expect(wrong).toThrow(name);
  });

  it('say whether roles have a boundary', () => {
    const bounded = (permissionsBoundary: unknown) => readStageSettings(stages({}, { permissionsBoundary }), 'dev').permissionsBoundary;
    expect([bounded(true), bounded(false), bounded(undefined)]).toEqual([true, false, false]);
    expect(() => bounded('yes')).toThrow('permissionsBoundary has to be true or false');
  });

  it('name the address for alarms, or none', () => {
    const alarmed = (alarmEmail: unknown) => readStageSettings(stages({}, { alarmEmail }), 'dev').alarmEmail;
    expect([alarmed('night@example.com'), alarmed(undefined)]).toEqual(['night@example.com', undefined]);
    for (const wrong of ['night', 'a@b', 5, null, ['a@example.com'], 'a@example.com b@example.com']) {
      expect(() => alarmed(wrong)).toThrow('alarmEmail has to be an e-mail address');
    }
  });

  it('refuse two settings that contradict each other', () => {
    expect(() => read({ CORS_ORIGINS: 'http://app.example' })).toThrow('CORS_ORIGINS have to begin with https: on a deployed stage');
  });

  it.each(['http://localhost:*', 'http://127.0.0.1:*'])('refuse %s, which only the stage local may list', (pattern) => {
    expect(() => read({ CORS_ORIGINS: ['https://a.example', pattern] })).toThrow('on the stage local only');
    const local = { local: { keepData: false, logRetentionDays: 1, settings: { CORS_ORIGINS: [pattern] } } };
    expect(readStageSettings(local, 'local').settings.CORS_ORIGINS).toEqual([pattern]);
  });

  it('are overridden by settings in a given environment', () => {
    const { texts } = readStageSettings(stages({ LEEWAY: '1s' }), 'dev', { LEEWAY: '2s', USERS_TABLE: 'elsewhere', HOME: '/root' });
    expect(texts).toEqual({ LEEWAY: '2s' });
  });

  it('find a slip in the environment too', () => {
    const start = () => readStageSettings(stages({}), 'dev', { LOGIN_RATE_GLOBL: '1/1m' });
    expect(start).toThrow(/^[^\n]*\n {2}- LOGIN_RATE_GLOBL is not a known setting. Did you mean LOGIN_RATE_GLOBAL\?$/);
  });

  it.each([
    ['AUTH_TOKEN_CLASS', 'AUTH_TOKEN_CLASS is not a known setting. Did you mean AUTH_TOKEN_CLASSES?'],
    ['TOKEN_BACKEND_CLASS', 'TOKEN_BACKEND_CLASS is not a known setting'],
    ['SIMPLE_JWT', 'SIMPLE_JWT is not a setting: write its entries as settings of their own'],
    ['REST_FRAMEWORK', 'REST_FRAMEWORK is not a setting: write its entries as settings of their own'],
    ['DEFAULT_THROTTLE_RATES', 'DEFAULT_THROTTLE_RATES is not a known setting'],
    ['PASSWORD_RESET_CONFIRM_URL', 'PASSWORD_RESET_CONFIRM_URL is not a known setting. Did you mean PASSWORD_RESET_URL?'],
    ['JWT_AUTH_COOKIE', 'JWT_AUTH_COOKIE is not a known setting. Did you mean AUTH_COOKIES?'],
    ['TOKEN_OBTAIN_SERIALIZER', 'TOKEN_OBTAIN_SERIALIZER is not a setting: write it as a function in project/hooks.ts'],
    ['TOKEN_USER_CLASS', 'TOKEN_USER_CLASS of simplejwt has no use here: remove it'],
    ['ACCESS_LIFETIME', 'ACCESS_LIFETIME is not a known setting. Did you mean ACCESS_TOKEN_LIFETIME?'],
    ['ACCESS_TOKEN_TTL', 'ACCESS_TOKEN_TTL is not a known setting. Did you mean ACCESS_TOKEN_LIFETIME?'],
    ['LOGIN_RATE_PER_ADDRESS', 'LOGIN_RATE_PER_ADDRESS is not a known setting. Did you mean LOGIN_RATE_ADDRESS?'],
    ['CODE_DAILY_BUDGET', /CODE_DAILY_BUDGET is no longer a setting: set CODE_EMAIL_BUDGET(?![\s\S]*CODE_DAILY_BUDGET)/],
    ['REVOCATION_MODE', 'REVOCATION_MODE is not a known setting. Did you mean REVOCATION_CHECK?'],
    ['CAPTCHA_ON_LOGIN', 'CAPTCHA_ON_LOGIN is not a known setting. Did you mean CAPTCHA_LIFETIME?'],
  ])('refuse %s in the environment, because it can only be meant for them', (name, sentence) => {
    expect(() => readStageSettings(stages({}), 'dev', { [name]: 'x' })).toThrow(sentence);
    expect(() => read({ [name]: 'x' })).toThrow(sentence);
  });

  it('leave the variables of other programs alone', () => {
    const others =
      'PATH HOME USER USERNAME SHELL LANG TZ PORT CI DISPLAY EDITOR SESSION_MANAGER SESSIONNAME DJANGO_SETTINGS_MODULE DJANGO_PYTHON API_KEY API_TOKEN ACCESS_TOKEN AUTH_TOKEN USER_ID TOKEN EMAIL KEY CODE_PATH SMTP_HOST SMTP_PORT EMAIL_HOST PASSWORD_STORE_DIR PUBLIC_IP DEFAULT_USER DEFAULTS_PATH LOGIN_SHELL CHANGE_ID REGISTER_HOST KNOWN_HOSTS AUDIT_LOG REQUEST_METHOD REQUEST_TIMEOUT REQUESTS_CA_BUNDLE TEST_DATA AWS_REGION AWS_SESSION_TOKEN NODE_OPTIONS GITHUB_TOKEN VSCODE_CWD XDG_SESSION_ID npm_config_cache __proto__ constructor';
    const environment = Object.fromEntries(others.split(' ').map((name) => [name, 'x']));
    expect(readStageSettings(stages({}), 'dev', environment).texts).toEqual({});
  });
});

it.each(['nope', 'constructor', ''])('an unknown stage (%s) is refused with the known ones', (name) => {
  expect(() => readStageSettings(stages({}), name)).toThrow(`There is no stage "${name}" in stages.yml: it has dev, prod`);
});

describe('a preview of a pull request', () => {
  it.each(['pr-1', 'pr-123', 'pr-999999999'])('%s has the entry of dev, and keeps no data', (name) => {
    const entry = { dev: { keepData: true, logRetentionDays: 7, signInFailures: 5, settings: { LEEWAY: '1s' } } };
    expect(readStageSettings(entry, name)).toMatchObject({
      texts: { LEEWAY: '1s' },
      keepData: false,
      logRetentionDays: 7,
      signInFailures: 5,
    });
  });

  it('may have an entry of its own', () => {
    const own = { ...stages({}), 'pr-7': { keepData: true, logRetentionDays: 1, settings: {} } };
    expect(readStageSettings(own, 'pr-7')).toMatchObject({ keepData: true, logRetentionDays: 1 });
  });

  it.each(['pr-0', 'pr-', 'pr-01', 'pr-1x', 'xpr-1', 'PR-1', 'pr-1\n', 'pr-1234567890'])('is not %j', (name) => {
    expect(() => readStageSettings(stages({}), name)).toThrow('There is no stage');
  });

  it('has the faults of dev', () => {
    expect(() => readStageSettings(stages({ LEEWAY: 'soon' }), 'pr-1')).toThrow('The settings of the stage pr-1 are not usable');
  });
});

describe('stages.yml', () => {
  const file = parse(readFileSync('stages.yml', 'utf8')) as Record<string, { keepData: boolean; settings: Record<string, unknown> }>;

  it.each(Object.keys(file))('is usable for %s', (stage) => {
    expect(() => readStageSettings(file, stage)).not.toThrow();
  });

  it('keeps the data of staging and prod', () => {
    expect(Object.keys(file).filter((stage) => file[stage]?.keepData)).toEqual(['staging', 'prod']);
  });

  it.each(Object.keys(file))('says for %s only what differs from the defaults', (stage) => {
    const { texts } = readStageSettings(file, stage);
    for (const [name, text] of Object.entries(texts)) expect(catalogue[name as SettingName], name).not.toMatchObject({ default: text });
  });
});
