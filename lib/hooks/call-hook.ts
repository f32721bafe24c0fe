import { describeError, log } from '#lib/log.ts';
import { Problem } from '#lib/problem.ts';

/** How long a hook may take, in milliseconds: those of one login fit into the ten seconds of its function, one after the other. */
const longestMs = 2000;

/**
 * The outcome of a hook. What it throws is logged under the hook's name and thrown on; one that does not answer in time is left alone, and
 * `unavailable` is thrown.
 */
export async function callHook<T>(hook: string, work: () => T | Promise<T>, limitMs = longestMs): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const refuse = () => reject(new Problem('unavailable', { retryAfterSeconds: 2, reason: `${hook} did not answer in time` }));
    timer = setTimeout(refuse, limitMs);
  });
  try {
    return await Promise.race([Promise.resolve().then(work), late]);
  } catch (error) {
    log.error('hook_failed', { hook, ...describeError(error) });
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** The same for a hook that is told of something: whether it fails or is late does not matter to who waits. */
export async function tellHook(hook: string, work: () => unknown, limitMs = longestMs): Promise<void> {
  await callHook(hook, work, limitMs).catch(() => undefined); // logged already
}
