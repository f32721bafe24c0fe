import { expect, test } from 'vitest';
import type { Code } from '#lib/codes/code.ts';
import { codeKey, readLink, whoOf } from '#lib/codes/code-secrets.ts';
import type { Event } from '#lib/outbox/event.ts';
import { makeResetLink } from '#lib/transfer/make-reset-link.ts';
import { memoryEventStore } from '../../stores/event-store.memory.ts';
import { madeSecret } from '../made-secrets.ts';
import { madeUser } from '../users/made-user.ts';

test('a reset link of the command line is for the user in the current epoch and lasts an hour', async () => {
  const ada = madeUser({ tokenEpoch: 3 });
  const rows: Code[] = [];
  const secret = madeSecret(7);
  const now = () => new Date('2026-05-01T12:00:00Z');
  const codes = { put: async (code: Code) => void rows.push(code) };
  const events: Event[] = [];
  const needs = {
    codes,
    events: memoryEventStore({ events }),
    lookupSecret: async () => [secret] as const,
    resetUrl: 'https://app.example.com/#{token}',
    linkSeconds: 3600,
    now,
  };
  const link = await makeResetLink(needs, ada);
  expect(events).toMatchObject([{ type: 'reset_link_made', userId: ada.id }]);
  const who = whoOf(secret, 'user', ada.id);
  expect(readLink('links', [secret], link.token)).toEqual({ subject: who, ref: rows[0]?.ref });
  expect(rows[0]).toMatchObject({ key: codeKey('reset', who), userId: ada.id, epoch: 3, digitsUntil: 0, isSpent: false });
  expect(link).toMatchObject({
    url: `https://app.example.com/#${link.token}`,
    expiresAt: new Date('2026-05-01T13:00:00Z'),
  });
  expect(rows[0]?.expiresAt).toBe(Date.parse('2026-05-01T13:00:00Z') / 1000);
  expect((await makeResetLink({ ...needs, resetUrl: '' }, ada)).url).toBeUndefined();
});
