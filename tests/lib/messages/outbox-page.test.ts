import { describe, expect, test } from 'vitest';
import { keepLetters } from '#lib/messages/keep-letters.ts';
import { viewLetter } from '#lib/messages/letter-view.ts';
import { showLetters } from '#lib/messages/show-letters.ts';
import { memoryLetterStore } from '../../stores/letter-store.memory.ts';
import { madeLetter } from './made-letter.ts';
import { noon } from './made-message.ts';
import { promisesOfSender } from './sender.contract.ts';

const kept = (given: Parameters<typeof madeLetter>[0] = {}) => ({ letter: madeLetter(given), keptAt: noon });
const asking = (headers: Readonly<Record<string, string>>) => (name: string) => headers[name];

describe('the outbox of a developer', () => {
  const open = async (headers: Readonly<Record<string, string>>) => {
    const letters = memoryLetterStore();
    await letters.keep(kept());
    return await showLetters({ letters }, asking(headers)).then(
      (found) => found.length,
      ({ code }) => code,
    );
  };

  test.for([
    { host: 'localhost:3000' },
    { host: '127.0.0.1:3000', 'sec-fetch-site': 'none' },
    { host: '[::1]:3000', 'sec-fetch-site': 'same-origin' },
  ])('is open to %j', async (headers) => {
    expect(await open(headers as Record<string, string>)).toBe(1);
  });

  test.for([
    {},
    { host: 'evil.example:3000' },
    { host: 'localhost.evil.example' },
    { host: 'localhost:3000', origin: 'https://evil.example' },
    { host: 'localhost:3000', origin: 'null' },
    { host: 'localhost:3000', 'sec-fetch-site': 'cross-site' },
    { host: 'localhost:3000', 'sec-fetch-site': 'same-site' },
  ])('is closed to %j', async (headers) => {
    expect(await open(headers as Record<string, string>)).toBe('permission_denied');
  });

  test('is JSON for programs', () => {
    const { letter } = kept();
    expect(viewLetter({ letter, keptAt: noon })).toEqual({
      ...{ id: letter.id, kept_at: noon.toISOString(), channel: 'email', to: 'ann@example.com' },
      ...{ template: 'code', purpose: 'login', language: 'en', subject: 'Your Gatehouse code', text: letter.text },
      html: expect.stringContaining('493817'),
    });
    expect(viewLetter(kept({ channel: 'sms', to: '+8613800138000' }))).toMatchObject({ subject: null, html: null });
  });
});

for (const channel of ['email', 'sms'] as const) {
  promisesOfSender(
    `outbox, for ${channel}`,
    channel,
    async (behaviour) => {
      const letters = memoryLetterStore();
      const arrived: { to: string; text: string }[] = [];
      const keep: typeof letters.keep = async (one) => {
        if (behaviour !== 'takes') throw new Error('no table');
        arrived.push({ to: one.letter.to, text: one.letter.text });
      };
      return { sender: keepLetters({ letters: { keep }, now: () => noon }), arrived: () => arrived, stop: async () => undefined };
    },
    ['takes'],
  );
}
