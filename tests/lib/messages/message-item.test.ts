import { describe, expect, it } from 'vitest';
import { isAddress } from '#lib/messages/message.ts';
import { messageFrom, messageItem } from '#lib/messages/message-item.ts';
import { madeMessage, noon } from './made-message.ts';

describe('the row of a message', () => {
  it('has its address and what its code is made from, and is kept for a week', () => {
    expect(messageItem(madeMessage({ id: 'message-1' }))).toEqual({
      id: 'message-1',
      type: 'message',
      channel: 'email',
      to: 'ann@example.com',
      template: 'code',
      purpose: 'login',
      language: 'en',
      secret_ref: 'ref-1',
      secret_ends_at: '2036-05-01T12:10:00.000Z',
      user_id: 'user-1',
      at: '2036-05-01T12:00:00.000Z',
      send_by: '2036-05-01T12:10:00.000Z',
      state: 'waiting',
      expires_at: Math.floor(noon.getTime() / 1000) + 7 * 86_400,
    });
  });

  it('is read as it was written', () => {
    const bare = madeMessage({ template: 'account-exists', purpose: 'notice', secret: undefined, userId: undefined });
    const message = madeMessage({ template: 'new-device', channel: 'sms', to: '+8613800138000', values: { address: '2001:db8::1' } });
    for (const written of [madeMessage(), message]) expect(messageFrom(messageItem(written))).toEqual(written);
    const { secret: _, userId: __, ...rest } = bare;
    expect(messageFrom(messageItem(bare))).toEqual(rest);
  });

  it.each([
    ['an event', { type: 'user_registered' }],
    ['an unknown template', { template: 'greeting' }],
    ['a template of another channel', { template: 'reset-link', channel: 'sms', to: '+8613800138000' }],
    ['an invalid address', { to: 'ann' }],
    ['text in place of an IP address', { values: { address: 'call 0900' } }],
    ['an invalid time', { send_by: 'soon' }],
  ])('is refused with %s', (_, odd) => {
    expect(() => messageFrom({ ...messageItem(madeMessage()), ...odd })).toThrow('a row of the outbox is no message');
  });
});

describe('the address of a message', () => {
  it.each([
    ['email', 'Ann@Example.com'],
    ['email', "o'neill+tag@mail.example.co.uk"],
    ['sms', '+8613800138000'],
    ['sms', '+4915112345678'],
  ] as const)('is one address: %s %s', (channel, to) => {
    expect(isAddress(channel, to)).toBe(true);
  });

  it.each([
    ['email', 'ann@example.com\r\nBcc: eve@example.com'],
    ['email', 'ann@example.com\n'],
    ['email', ' ann@example.com'],
    ['email', 'ann@example.com,eve@example.com'],
    ['email', 'ann@example.com;eve@example.com'],
    ['email', 'Ann <ann@example.com>'],
    ['email', '<ann@example.com>'],
    ['email', '"ann eve"@example.com'],
    ['email', 'ann@example.com (Ann)'],
    ['email', 'ann@[127.0.0.1]'],
    ['email', 'ann@localhost'],
    ['email', 'ann\u0000@example.com'],
    ['email', 'ann@exämple.com'],
    ['email', '+8613800138000'],
    ['sms', '+8613800138000\n'],
    ['sms', '+8613800138000,+8613800138001'],
    ['sms', '+86 138 0013 8000'],
    ['sms', '13800138000'],
    ['sms', '+0613800138000'],
    ['sms', '+1234567890123456'],
    ['sms', '+861380013\u06668000'],
    ['sms', 'tel:+8613800138000'],
    ['sms', '10086'],
    ['sms', 'ann@example.com'],
  ] as const)('has nothing beside it: %s %j', (channel, to) => {
    expect(isAddress(channel, to)).toBe(false);
  });
});
