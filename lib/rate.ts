import { durationSeconds } from './duration.ts';

/** So many tries in so many seconds. `max: 0` means without limit. */
export type Rate = { readonly max: number; readonly windowSeconds: number };

const words: Readonly<Record<string, string>> = { sec: 's', second: 's', min: 'm', minute: 'm', hour: 'h', day: 'd' };

/** A rate such as `10/15m`, or in Django REST Framework's words `100/day`; `off` is no limit. Undefined where it is none. */
export function parseRate(text: string): Rate | undefined {
  if (text.trim() === 'off') return { max: 0, windowSeconds: 1 };
  const match = /^(\d{1,9})\/(\w+)$/.exec(text.trim());
  if (!match?.[1] || !match[2]) return undefined;
  const unit = words[match[2]] ?? match[2];
  const windowSeconds = durationSeconds(/^\d/.test(unit) ? unit : `1${unit}`);
  const max = Number(match[1]);
  return windowSeconds && max > 0 ? { max, windowSeconds } : undefined;
}
