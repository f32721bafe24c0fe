import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readYaml } from './read-service.ts';

type Table = {
  readonly Properties: {
    readonly KeySchema: readonly { readonly AttributeName: string }[];
    readonly GlobalSecondaryIndexes?: readonly { readonly IndexName: string }[];
    readonly TimeToLiveSpecification?: { readonly AttributeName: string };
    readonly StreamSpecification?: object;
  };
};

const page = readFileSync('docs/storage.md', 'utf8');
const rowsUnder = (head: string) =>
  (page.split(`\n| ${head} `)[1]?.split('\n\n')[0] ?? '')
    .split('\n')
    .slice(2)
    .map((row) => row.split(' | ').map((cell) => cell.replaceAll(/^\| | \|$/g, '')));
const code = (cell = '') => [...cell.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text);
const kebab = (name: string) => name.replaceAll(/\B[A-Z]/g, '-$&').toLowerCase();

describe('docs/storage.md', () => {
  it('has each table with its key, indexes, stream and expiry, as resources/tables.yml has them', () => {
    const { Resources } = readYaml<{ Resources: Record<string, Table> }>('resources/tables.yml');
    const tables = Object.entries(Resources).map(([id, { Properties }]) => ({
      table: kebab(id.replace(/Table$/, '')),
      keys: Properties.KeySchema.map(({ AttributeName }) => AttributeName),
      indexes: (Properties.GlobalSecondaryIndexes ?? []).map(({ IndexName }) => IndexName),
      hasStream: Properties.StreamSpecification !== undefined,
      expiry: Properties.TimeToLiveSpecification ? [Properties.TimeToLiveSpecification.AttributeName] : [],
    }));
    const described = rowsUnder('table').map(([table, key, indexes, , expiry]) => ({
      table: code(table)[0],
      keys: code(key),
      indexes: code(indexes),
      hasStream: indexes === 'stream',
      expiry: code(expiry),
    }));
    expect(described).toEqual(tables);
  });

  it('names no attribute that is in none of the files that write its table', () => {
    const links = new Map([...page.matchAll(/\[([^\]]+)\]\((\.\.\/lib[^)]+)\)/g)].map(([, name = '', path = '']) => [name, path]));
    const sources = [...links.values()].map((path) => join('docs', path));
    const text = [...sources, 'lib/users/user-item.ts', 'lib/users/undo.ts', 'lib/sessions/session-item.ts']
      .map((file) => readFileSync(file, 'utf8'))
      .join();
    const attributes = rowsUnder('table').flatMap(([, , , cell]) => code(cell));
    expect(attributes.length).toBeGreaterThan(15);
    expect(attributes.filter((name) => !text.includes(name.replace('…', '')))).toEqual([]);
  });

  it('names every store', () => {
    const named = [...page.matchAll(/\]\(\.\.\/(lib\/[^)]+)\)/g)].map(([, path = '']) => dirname(path));
    for (const room of ['users', 'sessions', 'api-tokens', 'codes', 'throttle', 'human-check', 'messages', 'avatars', 'outbox', 'tokens']) {
      expect(named).toContain(`lib/${room}`);
    }
  });
});
