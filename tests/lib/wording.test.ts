import { describe, expect, test } from 'vitest';
import { problems } from '#lib/problem.ts';
import { isPhrase, type Phrase, say } from '#lib/wording.ts';
import { phrases } from './phrases.ts';

const places = (text: string) => new Set([...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));

describe('every sentence', () => {
  test.for(phrases)('%s has both languages, with the same places to fill in', (phrase) => {
    const [english, chinese] = [say(phrase, 'en'), say(phrase, 'zh-CN')];
    expect(english.trim()).not.toBe('');
    expect(chinese).toMatch(/\p{Script=Han}/u);
    expect(english).not.toMatch(/\p{Script=Han}/u);
    expect(places(chinese)).toEqual(places(english));
  });

  test('that can be in a header is ASCII in English (RFC 6750 §3)', () => {
    const inHeaders = [
      'token_invalid',
      'token_expired',
      'token_wrong_type',
      'token_blacklisted',
      'token_claim_missing',
      'token_claim_expired',
      'user_not_found',
      'user_inactive',
    ] as const;
    for (const phrase of inHeaders) expect(say(phrase, 'en')).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/);
  });

  test('of a problem exists', () => {
    for (const { title, detail } of Object.values(problems)) expect([title, detail].every((phrase) => isPhrase(phrase))).toBe(true);
  });
});

describe('places', () => {
  test('are filled in, and stay as they are without a value', () => {
    expect(say('too_long', 'en', { limit: 64 })).toBe('Ensure this field has no more than 64 characters.');
    expect(say('too_long', 'en')).toContain('{limit}');
    expect(say('throttled_detail', 'zh-CN', { seconds: 0 })).toContain('0');
  });

  test('show a value as it is, whatever it contains', () => {
    expect(say('unsupported_media_type_detail', 'en', { type: '{type} $& $1 {limit}' })).toBe(
      'Unsupported media type "{type} $& $1 {limit}" in request.',
    );
  });

  test('are not filled from inherited properties', () => {
    expect(say('too_long', 'en', Object.create({ limit: 1 }))).toContain('{limit}');
  });
});

test('a name that every object has is not a sentence', () => {
  for (const name of ['constructor', '__proto__', 'toString', '', 'Required']) expect(isPhrase(name)).toBe(false);
  expect(isPhrase('required' satisfies Phrase)).toBe(true);
});
