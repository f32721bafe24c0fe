import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { declaredFunctions, readYaml } from './read-service.ts';

const page = readFileSync('docs/keys.md', 'utf8');
const rowsUnder = (head: string) =>
  (page.split(`\n| ${head} |`)[1]?.split('\n\n')[0] ?? '')
    .split('\n')
    .slice(2)
    .map((row) => row.split(' | ').map((cell) => cell.replaceAll(/^\| | \|$/g, '')));
const code = (cell = '') => [...cell.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text);
const nameIn = ([cell]: readonly string[]) => code(cell)[0] ?? '';
const camel = (name: string) => name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

const { custom } = readYaml<{ custom: { arn: Record<string, string> } }>('serverless.yml');
const schemes = readYaml<Record<string, object>>('functions/schemes.yml');
const functions: { name: string; definition: object }[] = [
  ...declaredFunctions(),
  ...Object.values(schemes).map((definition) => ({ name: 'authorizer', definition })),
];
/** The functions whose role allows something on a parameter. */
const readersOf = (parameter: string) => [
  ...new Set(
    functions
      .filter(({ definition }) => JSON.stringify(definition).includes(`\${self:custom.arn.${camel(parameter)}}`))
      .map(({ name }) => name),
  ),
];
/** Parameters that plugins grant, because only some stages have them. */
const grantedByPlugins = ['verification-secrets', 'django-signing-key', 'smtp-url', 'webhook-secret'];

describe('docs/keys.md', () => {
  const granted = Object.keys(custom.arn).map((name) => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`));
  const all = [...granted, ...grantedByPlugins].toSorted();

  it('has each key and secret that a function may read, with its purpose, its damage and its rotation', () => {
    const rows = rowsUnder('parameter');
    expect(rows.map(nameIn).toSorted()).toEqual(all);
    for (const row of rows) expect([nameIn(row), row.length, row.every((cell) => cell.trim() !== '')]).toEqual([nameIn(row), 5, true]);
  });

  it('names the functions that may read each, as functions.yml has them', () => {
    const rows = rowsUnder('parameter, and who may read it');
    expect(rows.map(nameIn).toSorted()).toEqual(granted.toSorted());
    for (const row of rows) expect([nameIn(row), code(row[1]).toSorted()]).toEqual([nameIn(row), readersOf(nameIn(row)).toSorted()]);
  });

  it('says for each what to do if it leaked', () => {
    const steps = rowsUnder('if this leaked').flatMap(([cell]) => code(cell));
    const public_ = ['verification-keys', 'key-rotation'];
    expect(steps.toSorted()).toEqual(all.filter((name) => !public_.includes(name)));
  });
});
