import { expect, test } from 'vitest';
import { clientMark } from '#lib/sessions/client-mark.ts';

const phone = { device: 'a telephone', address: '192.0.2.1' };

test('a client has one mark in its network, whichever address of it a provider gives', () => {
  expect(clientMark({ ...phone, address: '192.0.2.77' })).toBe(clientMark(phone));
  expect(clientMark({ ...phone, address: '192.0.3.1' })).not.toBe(clientMark(phone));
  const home = { ...phone, address: '2001:db8:1:2::/64' };
  expect(clientMark({ ...home, address: '2001:db8:1:3::/64' })).toBe(clientMark(home));
  expect(clientMark({ ...home, address: '2001:db8:2:2::/64' })).not.toBe(clientMark(home));
});

test('two devices in one network have two marks', () => {
  expect(clientMark({ ...phone, device: 'a browser' })).not.toBe(clientMark(phone));
  expect(clientMark(phone)).toMatch(/^[\w-]{16}$/);
});
