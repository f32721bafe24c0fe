import { describe, expect, test } from 'vitest';
import { eventFilter } from '#local/streams/event-filter.ts';

const row = { eventName: 'INSERT', dynamodb: { NewImage: { type: { S: 'user_deleted' }, count: { N: '3' }, flag: { NULL: true } } } };
const image = (pattern: object) => [{ dynamodb: { NewImage: pattern } }];

describe('a filter', () => {
  test.each<[boolean, string, unknown[]]>([
    [true, 'nothing at all', []],
    [true, 'an equal text', [{ eventName: ['INSERT'] }]],
    [true, 'one of several texts', image({ type: { S: ['a', 'user_deleted'] } })],
    [false, 'another text', image({ type: { S: ['user_delete'] } })],
    [false, 'the same text in another place', [{ dynamodb: { OldImage: { type: { S: ['user_deleted'] } } } }]],
    [false, 'a part of what is asked for', [{ eventName: ['INSERT'], dynamodb: { NewImage: { type: { S: ['x'] } } } }]],
    [true, 'one of two patterns', [{ eventName: ['REMOVE'] }, { eventName: ['INSERT'] }]],
    [true, 'what is there', image({ type: { S: [{ exists: true }] } })],
    [false, 'what is not there', image({ nothing: { S: [{ exists: true }] } })],
    [true, 'what is to be absent', image({ nothing: { S: [{ exists: false }] } })],
    [false, 'what is to be absent and is not', image({ type: { S: [{ exists: false }] } })],
    [true, 'a prefix', image({ type: { S: [{ prefix: 'user_' }] } })],
    [false, 'another prefix', image({ type: { S: [{ prefix: 'session_' }] } })],
    [true, 'anything but', image({ type: { S: [{ 'anything-but': ['a', 'b'] }] } })],
    [false, 'anything but this', image({ type: { S: [{ 'anything-but': 'user_deleted' }] } })],
    [false, 'a number as a text and one as a number', image({ count: { N: [3] } })],
    [true, 'a truth', image({ flag: { NULL: [true] } })],
    [false, 'what every object inherits', image({ constructor: { name: ['Object'] } })],
  ])('answers %s to %s', (answer, _, patterns) => {
    expect(eventFilter(patterns)(row)).toBe(answer);
  });

  test.each<[unknown]>([
    [image({ a: [{ numeric: ['>', 1] }] })],
    [['INSERT']],
    [[{ a: 'INSERT' }]],
    [[{ a: [{ prefix: 'a', exists: true }] }]],
  ])('is refused if it has unsupported rules: %j', (patterns) => {
    expect(() => eventFilter(patterns as unknown[])).toThrow(/not understood|has to be/);
  });
});
