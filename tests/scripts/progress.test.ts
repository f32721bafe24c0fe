import { expect, test } from 'vitest';
import { showProgress } from '../../scripts/terminal/progress.ts';

test('a bar is drawn only on a terminal, at most ten times a second', () => {
  let now = 0;
  const drawn: string[] = [];
  const screen = { isTTY: true, columns: 60, write: (text: string) => drawn.push(text) };
  const bar = showProgress('Exported', 2000, screen, () => now);
  bar.advance(500);
  bar.advance();
  now = 2000;
  bar.advance(499);
  bar.end();
  expect(drawn).toEqual([
    '\r\u001b[KExported  [######..................] 25 %  500 of 2,000',
    '\r\u001b[KExported  [############............] 50 %  1,000 of 2,000  ',
    '\r\u001b[KExported  [############............] 50 %  1,000 of 2,000  ',
    '\n',
  ]);

  const file = { write: (text: string) => drawn.push(text) };
  const unseen = showProgress('Exported', undefined, file, () => now);
  unseen.advance();
  unseen.end();
  expect(drawn).toHaveLength(4);

  const counted = showProgress('Exported', undefined, { ...screen, columns: 80 }, () => now);
  counted.advance(3);
  expect(drawn.at(-1)).toBe('\r\u001b[KExported  3');
});
