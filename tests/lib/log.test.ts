import { expect, test } from 'vitest';
import { describeError, log } from '#lib/log.ts';
import { logged } from './logged.ts';

test('an event is one line of JSON with its level, its name and its fields', async () => {
  const lines = await logged(() => log.warn('authn_token_reuse', { sid: 's', behind: 2, isLast: false }));
  expect(lines).toEqual([{ level: 'warn', event: 'authn_token_reuse', sid: 's', behind: 2, isLast: false }]);
});

test('a logged value cannot begin a new line', async () => {
  const lines = await logged(() => log.info('request', { route: 'a\n{"level":"error"}\r\n\u2028b' }));
  expect(lines).toEqual([{ level: 'info', event: 'request', route: 'a\n{"level":"error"}\r\n\u2028b' }]);
});

test('an error is logged by its name, the start of its message and where it was thrown', () => {
  const described = describeError(Object.assign(new RangeError('x'.repeat(1000)), { secret: 'hunter2' }));
  expect(described).toMatchObject({ error: 'RangeError', message: 'x'.repeat(300) });
  expect(described['stack']).toContain('log.test.ts');
  expect(JSON.stringify(described)).not.toContain('hunter2');
});

test.for(['a password', { password: 'a password' }, null, undefined, 5])('a thrown %j is logged by its type only', (thrown) => {
  expect(describeError(thrown)).toEqual({ error: typeof thrown });
});
