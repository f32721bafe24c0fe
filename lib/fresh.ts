/**
 * A loader that asks again when what it has is `seconds` old, so that a key put in place is seen without a new deployment. Whoever
 * asks while it is loading waits for the same answer. While asking again fails, everybody gets what it has: a key that was good a
 * minute ago is better than no sign-in.
 */
export function fresh<T>(load: () => Promise<T>, seconds: number, now: () => number = Date.now): () => Promise<T> {
  let kept: { readonly value: T; readonly at: number } | undefined;
  let loading: Promise<T> | undefined;

  const reload = async (): Promise<T> => {
    try {
      kept = { value: await load(), at: now() };
    } catch (error) {
      if (!kept) throw error;
      kept = { value: kept.value, at: now() };
    } finally {
      loading = undefined;
    }
    return kept.value;
  };

  return async () => {
    if (kept && now() - kept.at < seconds * 1000) return kept.value;
    loading ??= reload();
    return await loading;
  };
}
