import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { keepLetters } from '#lib/messages/keep-letters.ts';
import { viewLetter } from '#lib/messages/letter-view.ts';
import { lettersPage, lettersPageHeaders } from '#lib/messages/letters-page.ts';
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

  test('is JSON for a program', () => {
    const { letter } = kept();
    expect(viewLetter({ letter, keptAt: noon })).toEqual({
      ...{ id: letter.id, kept_at: noon.toISOString(), channel: 'email', to: 'ann@example.com' },
      ...{ template: 'code', purpose: 'login', language: 'en', subject: 'Your Gatehouse code', text: letter.text },
      html: expect.stringContaining('493817'),
    });
    expect(viewLetter(kept({ channel: 'sms', to: '+8613800138000' }))).toMatchObject({ subject: null, html: null });
  });

  test('is a page that runs its own script and nothing else, and shows a mail where nothing of it runs', () => {
    const page = lettersPage([kept({ language: 'zh-CN' }), kept()]);
    const [, script = ''] = /<script>([\s\S]*)<\/script>/.exec(page) ?? [];
    const policy = lettersPageHeaders['content-security-policy'];
    expect(policy).toContain(`script-src 'sha256-${createHash('sha256').update(script).digest('base64')}'`);
    expect(policy).toContain("default-src 'none'");
    expect(page.match(/<iframe sandbox /g)).toHaveLength(2);
    expect(page.indexOf('您的 Gatehouse 验证码')).toBeLessThan(page.indexOf('Your Gatehouse code'));
    expect(lettersPage([])).toContain('Nothing yet');
  });

  test('shows what it is given as text, whatever it is', () => {
    const { letter } = kept();
    const page = lettersPage([{ letter: { ...letter, to: '<b>', text: '</pre><script>alert(1)</script>' }, keptAt: noon }]);
    expect(page).toContain('&lt;b&gt;');
    expect(page).not.toContain('alert(1)</script>');
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
