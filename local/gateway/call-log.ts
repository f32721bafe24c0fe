import type { Asked, Service } from './aws-call.ts';

/** A call of a function to a service, as the gate saw it. */
export type Call = Asked & {
  readonly service: Service;
  readonly functionName: string;
  /** The request that the function was serving; `init` while it loaded. */
  readonly invocation: string;
  /** The number of earlier calls in the same invocation. */
  readonly index: number;
  /** Milliseconds, comparable only with each other. */
  readonly startedAt: number;
  endedAt?: number;
  /** The cost that DynamoDB reports, in read or write capacity units. */
  units?: number;
  /** The HTTP status of the answer; absent if none arrived. */
  status?: number;
};

export type CallLog = {
  add(call: Omit<Call, 'index' | 'startedAt'>): Call;
  /** The calls of a function, in their order. */
  of(functionName: string): readonly Call[];
  /** The same by invocation. */
  byInvocation(functionName: string): ReadonlyMap<string, readonly Call[]>;
  clear(): void;
};

/** Records the calls. */
export function callLog(): CallLog {
  const kept = new Map<string, Map<string, Call[]>>();

  return {
    add(asked) {
      const invocations = kept.get(asked.functionName) ?? new Map<string, Call[]>();
      const calls = invocations.get(asked.invocation) ?? [];
      kept.set(asked.functionName, invocations.set(asked.invocation, calls));
      const call = { ...asked, index: calls.length, startedAt: performance.now() };
      calls.push(call);
      return call;
    },
    of: (name) => [...(kept.get(name)?.values() ?? [])].flat().sort((one, other) => one.startedAt - other.startedAt),
    byInvocation: (name) => kept.get(name) ?? new Map(),
    clear: () => kept.clear(),
  };
}

/**
 * The number of sequential round trips; calls that overlap in time count as one. It is reliable only if the gate's
 * `latency` delays every answer by more than the time to send the calls of one round trip.
 */
export function waves(calls: readonly Call[]): number {
  let count = 0;
  let until = Number.NEGATIVE_INFINITY;
  for (const { startedAt, endedAt = startedAt } of calls.toSorted((one, other) => one.startedAt - other.startedAt)) {
    if (startedAt >= until) {
      count += 1;
      until = endedAt;
    } else until = Math.min(until, endedAt);
  }
  return count;
}
