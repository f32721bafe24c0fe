import type { Settings } from '#lib/settings/catalogue.ts';
import { type HumanCheck, type HumanChecking, humanCheck } from './human-check.ts';
import { type HumanSetting, humanRules } from './human-rules.ts';

type Needs = Pick<HumanChecking, 'proofs' | 'throttle' | 'lookupSecret' | 'now'>;

/** The human check of a route that asks only once a limit is used up, unless `setting` is `off`. */
export function humanCheckWhenFull(settings: Settings, setting: HumanSetting, { proofs, throttle, lookupSecret, now }: Needs): HumanCheck {
  const rules = humanRules(settings, setting);
  return humanCheck({ proofs, throttle, lookupSecret, now, ...rules, rule: rules.rule === 'off' ? 'off' : 'when-full' });
}

/** The human check of a route; `setting` says when the route asks for it. */
export function humanCheckOf(settings: Settings, setting: HumanSetting, { proofs, throttle, lookupSecret, now }: Needs): HumanCheck {
  return humanCheck({ proofs, throttle, lookupSecret, now, ...humanRules(settings, setting) });
}
