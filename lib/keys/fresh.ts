/**
 * A loader that asks again when what it has is `seconds` old, so that a key put in place is seen without a new deployment. While
 * asking again fails it keeps what it has: a key that was good a minute ago is better than no sign-in.
 */
export function fresh<T>(load: () => Promise<T>, seconds: number, now: () => number = Date.now): () => Promise<T> {
  let loaded: { value: Promise<T>; at: number } | undefined;
  return async () => {
    const earlier = loaded;
    if (earlier && now() - earlier.at < seconds * 1000) return await earlier.value;
    const value = load();
    loaded = { value, at: now() };
    try {
      return await value;
    } catch (error) {
      loaded = earlier && { value: earlier.value, at: now() };
      if (!earlier) throw error;
      return await earlier.value;
    }
  };
}
