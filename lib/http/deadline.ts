import { Problem } from '#lib/problem.ts';

/** The time kept free to send the refusal, in milliseconds. */
const reserveMs = 300;

type Clocked = { readonly getRemainingTimeInMillis?: () => number };

/**
 * The outcome of `work`. Throws `unavailable` 300 ms before the function's time-out, because the gateway's own answer
 * would not tell the client to try again. The work goes on unheard: each of its writes is complete by itself.
 */
export async function withinDeadline<T>(work: Promise<T>, context: Clocked): Promise<T> {
  const remainingMs = context.getRemainingTimeInMillis?.();
  if (remainingMs === undefined) return await work;
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    const refuse = () => reject(new Problem('unavailable', { retryAfterSeconds: 2, reason: 'no answer within the deadline' }));
    timer = setTimeout(refuse, Math.max(0, remainingMs - reserveMs));
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
