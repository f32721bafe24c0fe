/** The lines that are logged while something is done. */
export async function logged(doing: () => unknown): Promise<Record<string, unknown>[]> {
  const { write } = process.stdout;
  let written = '';
  process.stdout.write = ((chunk: string | Uint8Array) => {
    written += chunk.toString();
    return true;
  }) as typeof write;
  try {
    await doing();
  } finally {
    process.stdout.write = write;
  }
  return written
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

/** Does something and keeps its log lines out of the tests' output. */
export async function quietly<T>(doing: () => Promise<T>): Promise<T> {
  let outcome: T | undefined;
  await logged(async () => {
    outcome = await doing();
  });
  return outcome as T;
}
