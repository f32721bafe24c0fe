import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { auditedTypes } from '#lib/outbox/event-types.ts';

test('docs/audit.md describes each event of the trail, and no other', () => {
  const page = readFileSync('docs/audit.md', 'utf8');
  const rows = (page.split('\n| event | when |')[1]?.split('\n\n')[0] ?? '').split('\n').slice(2);
  const described = rows.flatMap((row) => [...(row.split(' | ')[0] ?? '').matchAll(/`(\w+)`/g)].map(([, type]) => type));
  expect(described.toSorted()).toEqual([...auditedTypes].toSorted());
});
