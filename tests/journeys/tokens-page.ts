import { readFileSync } from 'node:fs';

const page = readFileSync(new URL('../../docs/tokens.md', import.meta.url), 'utf8');

/** The cells of a table in docs/tokens.md, by the first cell of their row and the heading of their column. */
export function tableUnder(heading: string): ReadonlyMap<string, Readonly<Record<string, string>>> {
  const [, section = ''] = page.split(`\n## ${heading}\n`);
  const [head = [], , ...rows] = (section.split('\n## ')[0] ?? '')
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim().replaceAll('`', '')),
    );
  return new Map(rows.map(([name = '', ...cells]) => [name, Object.fromEntries(cells.map((cell, index) => [head[index + 1], cell]))]));
}

/** The seconds that a cell such as `min(C + K, T)` stands for. */
export function secondsOf(cell: string, letters: Readonly<Record<string, number>>): number {
  const [, least] = /^min\((.+)\)$/.exec(cell) ?? [];
  if (least) return Math.min(...least.split(', ').map((term) => secondsOf(term, letters)));
  return cell.split(' + ').reduce((sum, term) => sum + (term === '0' ? 0 : (letters[term] ?? Number.NaN)), 0);
}
