import type { Call } from './call-log.ts';

/**
 * How a call goes wrong. `refuse`: the service throttles it, nothing was done. `drop-before`: the connection breaks, nothing
 * was done. `drop-after`: it was done, but the answer never arrives. `crash-before` and `crash-after`: the instance that
 * called is killed, before anything was done or after. `delay`: it is done late.
 */
export type FaultKind = 'refuse' | 'drop-before' | 'drop-after' | 'crash-before' | 'crash-after' | 'delay';

export type Fault = {
  readonly kind: FaultKind;
  readonly delayMs: number;
  /** How often it has struck. */
  readonly struck: number;
  /** Ends it, however many times it had left. */
  end(): void;
};

export type FaultOptions = { readonly times?: number; readonly delayMs?: number };
export type Faults = {
  add(functionName: string, applies: (call: Call) => boolean, kind: FaultKind, options?: FaultOptions): Fault;
  /** The first fault that waits for such a call; it is spent by being asked for. */
  strike(call: Call): Fault | undefined;
  clear(): void;
};

/** The faults that wait to happen. */
export function faultList(): Faults {
  const waiting = new Set<{ fault: Fault; strikes: (call: Call) => boolean }>();

  return {
    add(functionName, applies, kind, { times = 1, delayMs = 1000 } = {}) {
      let struck = 0;
      const fault: Fault = {
        kind,
        delayMs,
        get struck() {
          return struck;
        },
        end: () => void waiting.delete(entry),
      };
      const entry = {
        fault,
        strikes(call: Call) {
          if (call.functionName !== functionName || !applies(call)) return false;
          struck += 1;
          if (struck >= times) waiting.delete(entry);
          return true;
        },
      };
      waiting.add(entry);
      return fault;
    },
    strike: (call) => [...waiting].find(({ strikes }) => strikes(call))?.fault,
    clear: () => waiting.clear(),
  };
}
