import { type KeyRing, type PublishedKey, previousKeys, publishedKey } from '#lib/keys/key-ring.ts';
import { beginsAt, type Step, signsFrom } from '#lib/keys/plan-rotation.ts';
import type { RotationRules } from '#lib/keys/rotation-rules.ts';

/** The lines about a step for the person at the terminal; none if it does not matter to them. */
export function tellStep(step: Step): string | undefined {
  switch (step.does) {
    case 'make':
      return undefined;
    case 'publish':
      return `${step.kid} is published now.`;
    case 'promote':
      return `${step.kid} signs now.`;
    case 'retire':
      return `${step.kid} signs no more.`;
    case 'remove':
      return `${step.kid} is removed: tokens of it are dead.`;
    case 'date':
      return `${step.kid} had no date: its age counts from now.`;
  }
}

/** One line for each key: its purpose and its end. */
export function tellKeys(ring: KeyRing, rules: RotationRules, now: Date): string[] {
  const { current, next } = ring;
  const rows: [string, PublishedKey, string][] = [];
  if (next) rows.push(['next', next, tellNext(ring, rules, now)]);
  rows.push(['current', current, tellCurrent(ring, rules)]);
  for (const key of previousKeys(ring)) rows.push(['previous', key, tellPrevious(key, rules)]);
  return rows.map(([role, { kid, alg }, fate]) => `${role.padEnd(9)}${kid}  ${alg.padEnd(6)}${fate}`);
}

function tellNext(ring: KeyRing, rules: RotationRules, now: Date): string {
  const from = signsFrom(ring, rules);
  if (from === Number.POSITIVE_INFINITY) return 'not published yet';
  return from <= now.getTime() / 1000 ? 'signs when keys are rotated the next time' : `may sign from ${instant(from)}`;
}

function tellCurrent(ring: KeyRing, rules: RotationRules): string {
  const key = publishedKey(ring, ring.current.kid);
  if (!key) return 'NOT PUBLISHED: rotate to mend it';
  const begins = beginsAt(ring, rules);
  const until = begins === Number.POSITIVE_INFINITY ? '' : `, the next key is made after ${instant(begins)}`;
  return key.published_at === undefined ? 'of unknown age' : `published since ${instant(key.published_at)}${until}`;
}

function tellPrevious({ retired_at }: PublishedKey, { retiredSeconds }: RotationRules): string {
  return retired_at === undefined ? 'signs no more' : `its tokens live until ${instant(retired_at + retiredSeconds)}`;
}

/** An instant in seconds since 1970, to the minute. */
export const instant = (seconds: number) => `${new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
