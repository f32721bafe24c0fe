/** The progress of a long task. */
export type Progress = { advance(by?: number): void; end(): void };

type Screen = { readonly isTTY?: boolean; readonly columns?: number; write(text: string): unknown };

const width = 24;

/**
 * Shows a bar on a terminal: the count, the total and the rate per second. Without a terminal it shows nothing, and
 * without a total only the count. `total` may be a guess; it grows with the count. `now` is in milliseconds.
 */
export function showProgress(what: string, total: number | undefined, screen: Screen = process.stderr, now = () => Date.now()): Progress {
  const began = now();
  let [done, shown] = [0, Number.NEGATIVE_INFINITY];
  const draw = () => {
    shown = now();
    screen.write(`\r\u001b[K${line(what, done, total, (shown - began) / 1000).slice(0, (screen.columns ?? 80) - 1)}`);
  };
  return {
    advance(by = 1) {
      done += by;
      if (screen.isTTY && now() - shown >= 100) draw();
    },
    end() {
      if (!screen.isTTY) return;
      draw();
      screen.write('\n');
    },
  };
}

function line(what: string, done: number, total: number | undefined, seconds: number): string {
  const count = done.toLocaleString('en');
  const speed = seconds >= 1 ? `  ${Math.round(done / seconds).toLocaleString('en')}/s` : '';
  if (total === undefined) return `${what}  ${count}${speed}`;
  const share = total > 0 ? Math.min(1, done / total) : 1;
  const filled = Math.round(share * width);
  const most = Math.max(total, done).toLocaleString('en');
  return `${what}  [${'#'.repeat(filled)}${'.'.repeat(width - filled)}] ${Math.floor(share * 100)} %  ${count} of ${most}${speed}`;
}
