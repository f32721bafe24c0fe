import { describeError, log } from './log.ts';

/** How soon a failed reload is tried again, in seconds. */
export const retrySeconds = 30;
/** How old a value may be that cannot be loaded again, in seconds. */
export const longestSeconds = 3600;

/**
 * Returns a loader that keeps its value for `seconds` and then loads it again, so that a new key needs no new
 * deployment. Callers that arrive during a load wait for the same answer. If a reload fails, the loader logs
 * `not_reloaded`, answers with the old value and tries again 30 seconds later. It throws once the old value is more
 * than an hour old, because a key that old may have been withdrawn.
 */
export function reloading<T>(load: () => Promise<T>, seconds: number, now: () => number): () => Promise<T> {
  let kept: { readonly value: T; readonly loadedAt: number; readonly askAt: number } | undefined;
  let loading: Promise<T> | undefined;

  const reload = async (): Promise<T> => {
    try {
      const value = await load();
      kept = { value, loadedAt: now(), askAt: now() + seconds * 1000 };
    } catch (error) {
      log.warn('not_reloaded', describeError(error));
      if (!kept || now() - kept.loadedAt > longestSeconds * 1000) throw error;
      kept = { ...kept, askAt: now() + retrySeconds * 1000 };
    } finally {
      loading = undefined;
    }
    return kept.value;
  };

  return async () => {
    if (kept && now() < kept.askAt) return kept.value;
    loading ??= reload();
    return await loading;
  };
}
