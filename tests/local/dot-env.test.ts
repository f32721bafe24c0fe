import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { catalogue } from '#lib/settings/catalogue.ts';
import { readDotEnv } from '#local/dot-env.ts';
import { readStages } from '#local/project.ts';
import { readStageSettings } from '../../plugins/stage-settings.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dot-env-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const read = (environment: NodeJS.ProcessEnv = {}) => {
  readDotEnv(folder, environment);
  return environment;
};

describe('.env', () => {
  test('is read as in Node, and existing variables win', () => {
    writeFileSync(join(folder, '.env'), '# a comment\nPORT=4000\nexport LEEWAY="2s" # why\nISSUER=\'a b\'\nDEFAULT_REGION=DE\n');
    expect(read({ DEFAULT_REGION: 'US', AUDIENCE: '' })).toEqual({
      ...{ PORT: '4000', LEEWAY: '2s', ISSUER: 'a b' },
      ...{ DEFAULT_REGION: 'US', AUDIENCE: '' },
    });
  });

  test('does not replace an empty variable', () => {
    writeFileSync(join(folder, '.env'), 'PUBLIC_URL=http://localhost:1\n');
    expect(read({ PUBLIC_URL: '' })).toEqual({ PUBLIC_URL: '' });
  });

  test('may be missing', () => {
    expect(read()).toEqual({});
  });

  test('sets no variables of AWS', () => {
    writeFileSync(join(folder, '.env'), 'AWS_PROFILE=prod\nAWS_REGION=us-east-1\nLEEWAY=1s\n');
    expect(read()).toEqual({ LEEWAY: '1s' });
  });

  test('may be another file, or none', () => {
    writeFileSync(join(folder, '.env'), 'LEEWAY=1s\n');
    writeFileSync(join(folder, 'other'), 'LEEWAY=2s\n');
    expect(read({ ENV_FILE: 'other' })).toMatchObject({ LEEWAY: '2s' });
    expect(read({ ENV_FILE: '' })).toEqual({ ENV_FILE: '' });
  });

  test('is refused in a sentence if it cannot be read', () => {
    const refusal = (reason: string) => expect.objectContaining({ name: 'Refusal', message: expect.stringContaining(reason) });
    expect(() => read({ ENV_FILE: 'nowhere' })).toThrow(refusal('nowhere cannot be read: there is no such file.'));
    mkdirSync(join(folder, '.env'));
    expect(() => read()).toThrow(refusal('.env cannot be read: it is a folder.'));
  });

  test.skipIf(process.getuid?.() === 0)('is refused in a sentence if its rights forbid it', () => {
    writeFileSync(join(folder, '.env'), 'LEEWAY=1s\n');
    chmodSync(join(folder, '.env'), 0);
    expect(() => read()).toThrow('.env cannot be read: you may not read it.');
  });
});

describe('.env.example', () => {
  const text = readFileSync('.env.example', 'utf8');
  const written = parseEnv(text.replace(/^# (?=[A-Z_]+=)/gm, ''));
  /** Beside the settings: what `npm start` takes. */
  const startOptions = ['PORT', 'LOCAL_DIR'];

  test('sets nothing before it is edited', () => {
    expect(parseEnv(text)).toEqual({});
  });

  test('names only settings of a stage and options of npm start', () => {
    const chosen = Object.entries(catalogue).flatMap(([name, setting]) => ('default' in setting ? [name] : []));
    expect(Object.keys(written).length).toBeGreaterThan(10);
    expect(Object.keys(written).filter((name) => !chosen.includes(name) && !startOptions.includes(name))).toEqual([]);
  });

  test('has values without contradictions', () => {
    const { settings } = readStageSettings(readStages(), 'local', written);
    expect(settings.PASSWORD_RESET_URL).toBe('http://localhost:5173/reset#{token}');
  });

  test('explains each one in a sentence above it', () => {
    const lines = text.split('\n');
    for (const name of Object.keys(written))
      expect(lines[lines.findIndex((line) => line.startsWith(`# ${name}=`)) - 1], name).toMatch(/^# [A-Z].*\.$/);
  });
});
