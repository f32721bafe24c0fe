import type { Settings } from '#lib/settings/catalogue.ts';
import type { CounterStore } from '#lib/throttle/counter-store.ts';
import { type Throttle, throttle } from '#lib/throttle/throttle.ts';
import { type HumanCheck, humanCheck } from './check-human.ts';
import { type HumanSetting, humanRules } from './human-rules.ts';
import type { ProofStore } from './proof-store.ts';

type Needs = {
  readonly counters: CounterStore;
  readonly proofs: ProofStore;
  readonly lookupSecret: () => Promise<Uint8Array>;
  readonly now: () => Date;
};

/** What stands before whatever may be tried too often: the limits, and the human check that the route's setting asks for. */
export function guard(settings: Settings, rule: HumanSetting, needs: Needs): { throttle: Throttle; checkHuman: HumanCheck } {
  const limits = throttle(needs);
  return { throttle: limits, checkHuman: humanCheck({ ...needs, ...humanRules(settings, rule), throttle: limits }) };
}
