import { describeError, log } from '#lib/log.ts';
import { Problem } from '#lib/problem.ts';

/** How long a hook may take, in milliseconds: all hooks of one login fit into its function's ten seconds. */
const longestMs = 2000;

/**
 * The result of a hook. If the hook throws, the error is logged under its name and thrown on. If it does not answer
 * within `limitMs`, `unavailable` is thrown and the hook is left to itself.
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

/** Notifies a hook. If it fails or is late, the log is told and the caller is not. */
export async function tellHook(hook: string, work: () => unknown, limitMs = longestMs): Promise<void> {
  await callHook(hook, work, limitMs).catch(() => undefined); // logged already
}
