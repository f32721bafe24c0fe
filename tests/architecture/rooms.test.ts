import { describe, expect, it } from 'vitest';
import { arrows, circles, type Imports, importsOf } from './imports.ts';

const imports = importsOf();
const rooms = arrows(imports);
/** Imports between rooms of `lib`, the ground floor left out. Another one is a decision. */
const mostArrows = 106;

describe('files', () => {
  it('never import each other in a circle, type imports included', () => {
    expect(circles(imports)).toEqual([]);
  });

  it('are noticed when they do, through a third as well', () => {
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

describe('rooms', () => {
  it('leave the ground floor alone: it imports none of them', () => {
    expect(rooms.filter((arrow) => arrow.startsWith('ground floor -> '))).toEqual([]);
  });

  it('of the edge know no users: lib/http imports neither users nor how they sign in', () => {
    expect(rooms.filter((arrow) => /^http -> (users|sign-in|transfer|sessions|tokens)$/.test(arrow))).toEqual([]);
  });

  it('that only the command line uses are in no function', () => {
    const doors = [...imports].filter(([file]) => file.startsWith('functions/'));
    expect(doors.filter(([, targets]) => targets.some((each) => each.startsWith('lib/transfer/'))).map(([file]) => file)).toEqual([]);
    expect(rooms.filter((arrow) => arrow.endsWith(' -> transfer'))).toEqual([]);
  });

  it('and the arrows between them become no more', () => {
    const lib = rooms.filter((arrow) => !arrow.includes('-> ground floor'));
    console.info(`${lib.length} arrows between rooms`);
    expect(lib.length).toBeLessThanOrEqual(mostArrows);
  });
});
