import { Problem } from '#lib/problem.ts';

/** What is left for turning a late answer into a refusal, in milliseconds. */
const reserveMs = 300;

type Clocked = { readonly getRemainingTimeInMillis?: () => number };

/**
 * The outcome of some work, or `unavailable` shortly before the function's own time-out: a client that is told to come back is
 * better off than one whom the gateway tells nothing. The work may go on unheard; every write of it stands by itself.
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
