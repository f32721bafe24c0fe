import type { Call } from './call-log.ts';

/**
 * The ways a call can fail. `refuse`: the service throttles it, and nothing was done. `drop-before`: the connection
 * breaks, and nothing was done. `drop-after`: it was done, but the answer never arrives. `crash-before` and
 * `crash-after`: the calling instance is killed before or after it was done. `delay`: it is done late.
 */
export type FaultKind = 'refuse' | 'drop-before' | 'drop-after' | 'crash-before' | 'crash-after' | 'delay';

export type Fault = {
  readonly kind: FaultKind;
  readonly delayMs: number;
  /** The number of calls that have failed by it. */
  readonly struck: number;
  /** Ends it, regardless of the failures that are left. */
  end(): void;
};

export type FaultOptions = { readonly times?: number; readonly delayMs?: number };
export type Faults = {
  add(functionName: string, applies: (call: Call) => boolean, kind: FaultKind, options?: FaultOptions): Fault;
  /** The first pending fault for such a call. Asking for it spends it. */
  strike(call: Call): Fault | undefined;
  clear(): void;
};

/** The pending faults. */
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
