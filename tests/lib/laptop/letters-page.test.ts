import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { lettersPage, lettersPageHeaders } from '#lib/laptop/letters-page.ts';
import type { KeptLetter } from '#lib/messages/letter-store.ts';
import { madeSettings } from '../made-settings.ts';
import { madeLetter } from '../messages/made-letter.ts';
import { noon } from '../messages/made-message.ts';

const kept = (given: Parameters<typeof madeLetter>[0] = {}): KeptLetter => ({ letter: madeLetter(given), keptAt: noon });
const url = 'http://localhost:3000';
const pageOf = (letters: readonly KeptLetter[], language: 'en' | 'zh-CN' = 'en', given: Parameters<typeof madeSettings>[0] = {}) =>
  lettersPage(letters, language, { url, settings: madeSettings(given) });

describe('the outbox page', () => {
  test('runs its own script only, and shows a mail in a sandbox', () => {
    const page = pageOf([kept({ language: 'zh-CN' }), kept()]);
    const [, script = ''] = /<script>([\s\S]*)<\/script>/.exec(page) ?? [];
    const policy = lettersPageHeaders['content-security-policy'];
    expect(policy).toContain(`script-src 'sha256-${createHash('sha256').update(script).digest('base64')}'`);
    expect(policy).toContain("default-src 'none'");
    expect(page.match(/<iframe sandbox /g)).toHaveLength(2);
    expect(page.indexOf('您的 Gatehouse 验证码')).toBeLessThan(page.indexOf('Your Gatehouse code'));
  });

  test('shows every value as text', () => {
    const { letter } = kept();
    const page = pageOf([{ letter: { ...letter, to: '<b>', text: '</pre><script>alert(1)</script>' }, keptAt: noon }]);
    expect(page).toContain('&lt;b&gt;');
    expect(page).not.toContain('alert(1)</script>');
  });

  test('is in the reader’s language and leaves the messages in theirs', () => {
    const page = pageOf([kept()], 'zh-CN');
    expect(page).toContain('<html lang="zh-CN">');
    expect(page).toContain('本机发件箱');
    expect(page).toContain('Your Gatehouse code');
  });

  test.for([
    ['off', 'No captcha is required here', 'HUMAN_CHECK_CODES=always npm start'],
    ['always', 'A captcha is required:', 'HUMAN_CHECK_CODES=off npm start'],
    ['when-pressed', 'near the rate limits', 'HUMAN_CHECK_CODES=off npm start'],
  ] as const)('says while it is empty how to have something sent, with human checks that are %s', ([rule, sentence, command]) => {
    const page = pageOf([], 'en', { HUMAN_CHECK_CODES: rule });
    expect(page).toContain('Nothing yet');
    expect(page).toContain(`curl -s ${url}/codes/`);
    expect(page).toContain(sentence);
    expect(page).toContain(command);
    expect(pageOf([kept()], 'en', { HUMAN_CHECK_CODES: rule })).not.toContain('Nothing yet');
  });
});

describe('a letter with a code', () => {
  const gap = /Until (\S+) UTC, another request with the same address or username/g;
  const gapsOf = (page: string) => [...page.matchAll(gap)].map(([, time]) => time);

  test('says until when another request is refused', () => {
    expect(gapsOf(pageOf([kept()]))).toEqual(['12:01:00']);
    expect(gapsOf(pageOf([kept()], 'en', { CODE_RESEND_AFTER: '90s' }))).toEqual(['12:01:30']);
    expect(pageOf([kept()], 'zh-CN')).toContain('12:01:00 UTC 之前，用同一地址');
  });

  test('says this once for each address', () => {
    const earlier = { ...kept(), keptAt: new Date(noon.getTime() - 5000) };
    const { letter } = kept();
    const other = { ...kept(), letter: { ...letter, to: 'bob@example.com' } };
    expect(gapsOf(pageOf([kept(), other, earlier]))).toEqual(['12:01:00', '12:01:00']);
  });

  test('says nothing if the stage sends the next code at once, or for a notice', () => {
    expect(gapsOf(pageOf([kept()], 'en', { CODE_RESEND_AFTER: '0s' }))).toEqual([]);
    const { letter } = kept();
    expect(gapsOf(pageOf([{ letter: { ...letter, template: 'password-changed' }, keptAt: noon }]))).toEqual([]);
  });
});
