import { dirname, join } from 'node:path';
import { type Source, sources } from './sources.ts';

/** The files of this project that each file imports, type imports included. */
export type Imports = ReadonlyMap<string, readonly string[]>;

export function importsOf(files: readonly Source[] = sources()): Imports {
  return new Map(
    files.map(({ path, text }) => [
      path,
      [...text.matchAll(/(?:from|import\()\s*'([^']+\.ts)'/g)].map(([, spec = '']) => target(path, spec)),
    ]),
  );
}

/** Groups of files that import each other, directly or through others. */
export function circles(imports: Imports): string[][] {
  const found: string[][] = [];
  const [index, low] = [new Map<string, number>(), new Map<string, number>()];
  const stack: string[] = [];
  function visit(file: string): void {
    index.set(file, index.size);
    low.set(file, index.get(file) ?? 0);
    stack.push(file);
    for (const next of imports.get(file) ?? []) {
      if (!index.has(next)) visit(next);
      if (stack.includes(next)) low.set(file, Math.min(low.get(file) ?? 0, low.get(next) ?? 0));
    }
    if (low.get(file) !== index.get(file)) return;
    const circle = stack.splice(stack.indexOf(file));
    if (circle.length > 1) found.push(circle.sort());
  }
  for (const file of imports.keys()) if (!index.has(file)) visit(file);
  return found;
}

/** The room of a file: its folder in `lib`, `ground floor` for a file directly in `lib`, or else the top folder. */
function roomOf(path: string): string {
  const [top = '', room = ''] = path.split('/');
  if (top !== 'lib') return top;
  return room.endsWith('.ts') ? 'ground floor' : room;
}

/** The pairs of rooms in `lib` of which the first imports the second. */
export function arrows(imports: Imports): string[] {
  const pairs = [...imports].flatMap(([file, targets]) => targets.map((each) => [roomOf(file), roomOf(each)] as const));
  const inLib = pairs.filter(([from, to]) => from !== to && from !== 'functions');
  return [...new Set(inLib.map(([from, to]) => `${from} -> ${to}`))].sort();
}

function target(from: string, spec: string): string {
  return spec.startsWith('#') ? spec.slice(1) : join(dirname(from), spec);
}
