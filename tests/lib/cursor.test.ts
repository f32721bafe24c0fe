import { expect, test } from 'vitest';
import { openCursor, sealCursor } from '#lib/cursor.ts';
import { madeSecret } from './made-secrets.ts';

const secret = madeSecret(7);

test('a cursor is readable only for the query that made it', () => {
  const cursor = sealCursor(secret, 'query', '2026-01-01T00:00:00.000Z#someone');
  expect(openCursor([secret], 'query', cursor)).toBe('2026-01-01T00:00:00.000Z#someone');
  expect(Buffer.from(cursor, 'base64url').toString('latin1')).not.toContain('someone');
  expect(sealCursor(secret, 'query', '2026-01-01T00:00:00.000Z#someone')).not.toBe(cursor);
  expect(openCursor([secret], 'another', cursor)).toBeUndefined();
  expect(openCursor([madeSecret(8)], 'query', cursor)).toBeUndefined();
});

test('a cursor with a changed, missing or added byte is refused', () => {
  const bytes = Buffer.from(sealCursor(secret, 'query', 'position'), 'base64url');
  for (let index = 0; index < bytes.length; index += 1) {
    const changed = Buffer.from(bytes);
    changed[index] = (changed[index] ?? 0) ^ 1;
    expect(openCursor([secret], 'query', changed.toString('base64url'))).toBeUndefined();
    expect(openCursor([secret], 'query', bytes.subarray(0, index).toString('base64url'))).toBeUndefined();
  }
  for (const other of ['', 'x', '=', `${bytes.toString('base64url')}A`, `${bytes.toString('base64url')}=`, 'é'.repeat(40)])
    expect(openCursor([secret], 'query', other)).toBeUndefined();
});
