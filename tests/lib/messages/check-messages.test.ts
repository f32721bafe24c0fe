import { describe, expect, test } from 'vitest';
import { messagesErrors, refuseUnsoundMessages } from '#lib/messages/check-messages.ts';
import { defaultWords } from '#lib/messages/default-words.ts';
import type { Messages } from '#lib/messages/messages.ts';
import { messages } from '../../../project/messages.ts';

const errors = (given: object) => messagesErrors(given as Messages);
const email = { subject: 'Your code', paragraphs: ['{code}'] };

describe('the words of a project', () => {
  test('are valid as delivered, and so are the default words', () => {
    expect([...messagesErrors(messages), ...messagesErrors(defaultWords)]).toEqual([]);
    expect(() => refuseUnsoundMessages(messages)).not.toThrow();
  });

  test.for<[string, object, RegExp]>([
    ['an unknown message', { greeting: {} }, /greeting in messages\.ts is no message: there are code, /],
    ['a misspelt message', { codes: {} }, /did you mean code\?/],
    ['another language', { code: { de: {} } }, /code, de in messages\.ts: there are en and zh-CN/],
    ['an unknown placeholder', { code: { en: { sms: '{code} {name}' } } }, /\{name\} is nothing it can have here/],
    ['a placeholder of another message', { 'account-exists': { en: { sms: '{code}' } } }, /\{code\} is nothing/],
    ['a code without the code', { code: { en: { sms: 'Your code is on its way.' } } }, /sms has to have \{code\}/],
    ['a link without the link', { 'reset-link': { en: { email: { subject: 'Reset', paragraphs: ['Go!'] } } } }, /has to have \{link\}/],
    ['a link by SMS', { 'reset-link': { en: { sms: '{link}' } } }, /does not travel by SMS/],
    ['a code in the subject', { code: { en: { email: { ...email, subject: '{code}' } } } }, /\{code\} is nothing/],
    ['a subject of two lines', { code: { en: { email: { ...email, subject: 'Code\r\nBcc: eve@example.com' } } } }, /one line/],
    ['no subject', { code: { en: { email: { paragraphs: ['{code}'] } } } }, /has to have a subject and paragraphs/],
    ['an empty subject', { code: { en: { email: { ...email, subject: ' ' } } } }, /one line/],
    ['an SMS that is too long', { code: { en: { sms: `{code} ${'x'.repeat(200)}` } } }, /at most 200/],
    [
      'an optional placeholder in the subject',
      { 'new-device': { en: { email: { subject: '{address}', paragraphs: [] } } } },
      /\{address\}/,
    ],
  ])('are refused with %s', ([, given, error]) => {
    expect(errors(given)).toEqual([expect.stringMatching(error)]);
    expect(() => refuseUnsoundMessages(given as Messages)).toThrow('The settings are not usable');
  });

  test('are required', () => {
    expect(() => refuseUnsoundMessages(undefined)).toThrow('messages.ts has to export messages');
  });
});
