import { durationSeconds } from './duration.ts';

/** At most `max` tries in `windowSeconds` seconds. `max: 0` means no limit. */
export type Rate = { readonly max: number; readonly windowSeconds: number };

const words: Readonly<Record<string, string>> = { sec: 's', second: 's', min: 'm', minute: 'm', hour: 'h', day: 'd' };

/** A rate such as `10/15m`, `100/day` (as in Django REST Framework) or `off`; undefined if the text is not one. */
export function parseRate(text: string): Rate | undefined {
  if (text.trim() === 'off') return { max: 0, windowSeconds: 1 };
  const match = /^(\d{1,9})\/(\w+)$/.exec(text.trim());
  if (!match?.[1] || !match[2]) return undefined;
  const unit = words[match[2]] ?? match[2];
  const windowSeconds = durationSeconds(/^\d/.test(unit) ? unit : `1${unit}`);
  const max = Number(match[1]);
  return windowSeconds && max > 0 ? { max, windowSeconds } : undefined;
}
