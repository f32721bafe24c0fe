import { describe, expect, it } from 'vitest';
import { arrows, circles, type Imports, importsOf } from './imports.ts';

const imports = importsOf();
const rooms = arrows(imports);
/** The number of imports between rooms of `lib`, without the ground floor. One more is a decision. */
const mostArrows = 115;

describe('source files', () => {
  it('never import each other in a circle, type imports included', () => {
    expect(circles(imports)).toEqual([]);
  });

  it('that import each other are found, also through a third file', () => {
    const made: Imports = new Map([
      ['a.ts', ['b.ts', 'd.ts']],
      ['b.ts', ['c.ts']],
      ['c.ts', ['a.ts']],
      ['d.ts', []],
    ]);
    expect(circles(made)).toEqual([['a.ts', 'b.ts', 'c.ts']]);
    expect(
      importsOf([{ path: 'lib/a/b.ts', text: "import type { C } from './c.ts';\nimport { d } from '#lib/d/e.ts';\n" }]).get('lib/a/b.ts'),
    ).toEqual(['lib/a/c.ts', 'lib/d/e.ts']);
  });
});

describe('the rooms of lib', () => {
  it('are not imported by the ground floor', () => {
    expect(rooms.filter((arrow) => arrow.startsWith('ground floor -> '))).toEqual([]);
  });

  it('for users and sign-in are not imported by lib/http', () => {
    expect(rooms.filter((arrow) => /^http -> (users|sign-in|transfer|sessions|tokens)$/.test(arrow))).toEqual([]);
  });

  it('for the command line are in no function', () => {
    const handlers = [...imports].filter(([file]) => file.startsWith('functions/'));
    expect(handlers.filter(([, targets]) => targets.some((each) => each.startsWith('lib/transfer/'))).map(([file]) => file)).toEqual([]);
    expect(rooms.filter((arrow) => arrow.endsWith(' -> transfer'))).toEqual([]);
  });

  it('import each other no more often than today', () => {
    const lib = rooms.filter((arrow) => !arrow.includes('-> ground floor'));
    console.info(`${lib.length} arrows between rooms`);
    expect(lib.length).toBeLessThanOrEqual(mostArrows);
  });
});
