import type { Request } from '../tour/exchange.ts';
import { type Answer, send } from '../tour/exchange.ts';

/** How a step ended. `reason` says what was wrong. */
export type Outcome = { readonly step: string; readonly isRight: boolean; readonly ms: number; readonly reason?: string };

/** Sends a request and gives its answer; throws an Error if the status is another. */
export type Ask = (request: Request, status: number) => Promise<Answer>;

/**
 * Runs named steps against the service at `url`, and tells each outcome. A step gets what is left of `limitMs`. After a step that
 * failed, `step` runs no other one and gives undefined; `always` runs its own in as long again.
 */
export function stepsAt(url: string, limitMs: number, tell: (outcome: Outcome) => void) {
  const outcomes: Outcome[] = [];
  const askUntil =
    (end: number): Ask =>
    async (request, status) => {
      const left = Math.max(1, Math.ceil(end - performance.now()));
      const answer = await send(url, request, left);
      if (answer.status === status) return answer;
      const { code, detail } = Object(answer.json) as { code?: string; detail?: string };
      const said = code ? ` (${code}: ${detail ?? ''})` : '';
      throw new Error(`${request.method} ${request.path} answers ${answer.status}${said}, not ${status}`);
    };
  const run = async <T>(name: string, ask: Ask, act: (ask: Ask) => Promise<T>): Promise<T | undefined> => {
    const from = performance.now();
    const end = (reason?: string) => {
      const outcome = { step: name, isRight: reason === undefined, ms: Math.round(performance.now() - from), ...(reason && { reason }) };
      outcomes.push(outcome);
      tell(outcome);
    };
    try {
      const result = await act(ask);
      end();
      return result;
    } catch (error) {
      end((error as Error).message);
      return undefined;
    }
  };
  const hasFailed = () => outcomes.some(({ isRight }) => !isRight);
  const first = askUntil(performance.now() + limitMs);
  const step = async <T>(name: string, act: (ask: Ask) => Promise<T>) => (hasFailed() ? undefined : await run(name, first, act));
  const always = async <T>(name: string, act: (ask: Ask) => Promise<T>) => await run(name, askUntil(performance.now() + limitMs), act);
  return { step, always, hasFailed };
}

export type Steps = ReturnType<typeof stepsAt>;
