import { describeError, log } from '#lib/log.ts';

const retrySeconds = 30;
const longestSeconds = 3600;

/**
 * A loader that asks again when what it has is `seconds` old, so that a key put in place is seen without a new deployment. Whoever
 * asks while it is loading waits for the same answer. While asking again fails, which the log is told, everybody gets what it has and
 * the next try is made half a minute later, for an hour at most: a key that was good a minute ago is better than no sign-in, one that
 * was good yesterday may have been withdrawn.
 */
export function fresh<T>(load: () => Promise<T>, seconds: number, now: () => number = Date.now): () => Promise<T> {
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
