/** One line of the bench: the measured value, the value it is compared with in the same run, and the limit. */
export type Row = {
  readonly measure: string;
  readonly subject: string;
  readonly figure: string;
  readonly baseline: string;
  readonly ratio: string;
  readonly budget: string;
  readonly isMet: boolean | 'void';
};

const columns = ['measure', 'subject', 'figure', 'baseline', 'ratio', 'budget'] as const;

/** The rows as one aligned table, the verdict last. */
export function table(rows: readonly Row[]): string {
  const lines = [
    [...columns, 'verdict'],
    ...rows.map((row) => [...columns.map((name) => row[name]), row.isMet === 'void' ? 'void' : row.isMet ? 'ok' : 'OVER']),
  ];
  const widths = lines[0]?.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0))) ?? [];
  return lines.map((line) => line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')).join('\n');
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
