import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countedAddress, describeDevice } from '#lib/caller/client.ts';

describe('limits count', () => {
  test.for([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:db8:1:2::', '2001:db8:1:2::/64'],
    ['2001:db8:1::6:7:8', '2001:db8:1:0::/64'],
    ['1::2:3:4:5:6:7', '1:0:2:3::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::2:3:4:5:6:7:8', '0:2:3:4::/64'],
  ] as const)('%s as %s', ([address, counted]) => {
    expect(countedAddress(address)).toBe(counted);
  });

  test('all addresses of one IPv6 customer as one, in every spelling', () => {
    const group = fc.integer({ min: 0, max: 0xffff });
    fc.assert(
      fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), fc.array(group, { minLength: 4, maxLength: 4 }), (groups, other) => {
        const write = (list: number[], pad: number) => list.map((each) => each.toString(16).padStart(pad, '0')).join(':');
        const neighbour = write([...groups.slice(0, 4), ...other], 4).toUpperCase();
        const shortened = new URL(`http://[${write(groups, 1)}]`).hostname.slice(1, -1);
        expect(countedAddress(neighbour)).toBe(countedAddress(shortened));
        expect(countedAddress(shortened)).toBe(`${write(groups.slice(0, 4), 1)}::/64`);
      }),
    );
  });
});

describe('a device is described', () => {
  test('by its User-Agent, without control characters and characters that hide or turn text', () => {
    expect(describeDevice('Mozilla/5.0 (一部电话)')).toBe('Mozilla/5.0 (一部电话)');
    expect(describeDevice('a\r\nb\0c\u001b[31m\u202ed\u200be')).toBe('abc[31mde');
    expect(describeDevice(undefined)).toBe('');
  });

  test('in at most 256 characters', () => {
    expect(describeDevice('x'.repeat(10_000))).toHaveLength(256);
  });

  test('in whole characters, because the table refuses half ones', () => {
    expect(describeDevice(`${'x'.repeat(255)}😀`).isWellFormed()).toBe(true);
  });
});
