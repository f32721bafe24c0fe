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
    expect(() => readStageSettings(stages({}), 'dev', { LOGIN_RATE_GLOBL: '1/1m' })).toThrow('Did you mean LOGIN_RATE_GLOBAL?');
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
