import { describe, expect, test } from 'vitest';
import { languages } from '#lib/language.ts';
import type { EmailLetter } from '#lib/messages/letter.ts';
import { channels, type Message, type Template, templateChannels, travelsBy } from '#lib/messages/message.ts';
import { type Messages, namesIn } from '#lib/messages/messages.ts';
import { letterWriter } from '#lib/messages/write-letter.ts';
import { madeSettings } from '../made-settings.ts';
import { madeMessage, noon } from './made-message.ts';

const links = {
  PASSWORD_RESET_URL: 'https://app.example.com/reset#{token}',
  CHANGE_UNDO_URL: 'https://app.example.com/undo?x=1&t={token}',
};
const templates = Object.keys(templateChannels) as Template[];
const to = { email: 'ann@example.com', sms: '+8613800138000' };
const secret = '493817';
const every = templates.flatMap((template) =>
  channels
    .filter((channel) => travelsBy(template, channel))
    .flatMap((channel) => languages.map((language) => ({ template, channel, language }))),
);

const letter = (given: Partial<Message> = {}, messages: Messages = {}, settings: Readonly<Record<string, string>> = {}) =>
  letterWriter(madeSettings({ ...links, ...settings }), messages)(madeMessage({ to: to[given.channel ?? 'email'], ...given }), secret);
const mail = (...given: Parameters<typeof letter>) => letter(...given) as EmailLetter;

describe('a letter', () => {
  test.for(every)('of $template by $channel in $language has all its values, and no place is empty', (kind) => {
    const written = letter({ ...kind, values: { address: '192.0.2.7' } });
    const texts = written.channel === 'sms' ? [written.text] : [written.subject, written.text, written.html];
    for (const text of texts) expect(text).not.toMatch(/\{[a-z]*\}|undefined/);
    expect(texts.join()).toContain('Gatehouse');
    expect(/[\u4e00-\u9fff]/.test(texts[0] ?? '')).toBe(kind.language === 'zh-CN');
    if (written.channel === 'email') {
      expect(written.subject).not.toMatch(/[\r\n]/);
      expect(written.html).toContain(`<html lang="${kind.language}">`);
    }
  });

  test.for(every.filter(({ channel }) => channel === 'sms'))('of $template by SMS in $language is one part', ({ template, language }) => {
    const { text } = letter({ template, language, channel: 'sms', purpose: 'verify', at: new Date('2036-09-30T23:59:00Z') });
    // GSM 03.38 has all of ASCII but the backtick. A part has 160 such characters, or 70 of any other (3GPP TS 23.038
    // §4).
    const isLatin = /^[\x20-\x5f\x61-\x7e]*$/.test(text);
    expect([isLatin, text.length <= (isLatin ? 160 : 70)]).toEqual([language === 'en', true]);
  });

  test('with a code says what it is for and how long it is valid, and does not have it in the subject', () => {
    const { subject, text, html } = mail({ purpose: 'reset' });
    expect(text).toContain('This is your code to choose a new password:\n\n493817\n\nIt is good for 10 minutes, and once.');
    expect(html).toContain('>493817</p>');
    expect(subject).toBe('Your Gatehouse code');
    expect(letter({ purpose: 'login', channel: 'sms', language: 'zh-CN' }).text).toBe(
      '【Gatehouse】493817 是您的登录验证码，10 分钟内有效，请勿告诉他人。',
    );
  });

  test('with a link has its token in the stage’s page, encoded for a URL and for HTML', () => {
    const write = letterWriter(madeSettings(links), {});
    const written = write(madeMessage({ template: 'email-changed' }), 'a+b/c&"<d>') as EmailLetter;
    expect(written.text).toContain('https://app.example.com/undo?x=1&t=a%2Bb%2Fc%26%22%3Cd%3E\n');
    expect(written.html).toContain('<a href="https://app.example.com/undo?x=1&amp;t=a%2Bb%2Fc%26%22%3Cd%3E">');
    expect(mail({ template: 'reset-link' }).text).toContain('\nhttps://app.example.com/reset#493817\n');
  });

  test('leaves out what a message does not have, such as a link or an address', () => {
    const { text } = mail({ template: 'email-changed', secret: undefined, values: undefined }, {}, { CHANGE_UNDO_URL: '' });
    expect(text).not.toMatch(/until|from the address/);
    expect(text).toContain('If that was you, there is nothing to do.');
    expect(mail({ template: 'email-changed', values: { address: '2001:db8::7' } }).text).toContain('from the address 2001:db8::7.');
  });

  test.for([
    ['its code', { secret: undefined }, {}],
    ['the page of its link', { template: 'reset-link' }, { PASSWORD_RESET_URL: '' }],
  ] as const)('is not written without %s', ([, given, settings]) => {
    const write = letterWriter(madeSettings({ ...links, ...settings }), {});
    expect(() => write(madeMessage(given), 'secret' in given ? undefined : secret)).toThrow(/has no (code|link)/);
  });

  test('gives times in UTC and says so', () => {
    const at = noon;
    expect(mail({ template: 'password-changed', at }).text).toContain('was changed on 1 May 2036 at 12:00 UTC.');
    expect(mail({ template: 'password-changed', at, language: 'zh-CN' }).text).toContain('已于 2036年5月1日 12:00 UTC 更改');
  });

  test('has a project’s words if there are any, escaped in HTML, otherwise the default words', () => {
    const messages: Messages = {
      code: { en: { email: { subject: 'Ann & Co: your code', paragraphs: ['<b>{code}</b>', '{code}'] } } },
      'password-changed': { en: { sms: 'Changed at {service}.' } },
    };
    const { subject, text, html } = mail({}, messages);
    expect([subject, text]).toEqual(['Ann & Co: your code', '<b>493817</b>\n\n493817\n\n-- \nGatehouse\n']);
    expect(html).toContain('&lt;b&gt;493817&lt;/b&gt;');
    expect(html).toContain('<title>Ann &amp; Co: your code</title>');
    expect(letter({ channel: 'sms' }, messages).text).toContain('493817 is your Gatehouse code');
    expect(letter({ template: 'password-changed', channel: 'sms' }, messages).text).toBe('Changed at Gatehouse.');
  });

  test('loads nothing and runs nothing when it is opened', () => {
    for (const { template, channel, language } of every.filter((each) => each.channel === 'email')) {
      const { html } = mail({ template, channel, language, values: { address: '192.0.2.7' } });
      expect(html).not.toMatch(/<(img|script|link|iframe|object|form|svg)|src=|url\(|@import|\son\w+=/i);
      expect(html.match(/https?:\/\/[^"<\s]+/g)?.every((url) => url.startsWith('https://app.example.com/')) ?? true).toBe(true);
    }
  });
});

test('the names in a text are those between braces', () => {
  expect(namesIn('{code} of {service}')).toEqual(['code', 'service']);
});
