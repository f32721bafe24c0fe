/** Hands everything that this process or thread writes to `say`, so that it goes through the same channel as answers. */
export function captureOutput(say: (text: string) => void): void {
  process.stdout.write = ((chunk: Uint8Array | string, ...rest: unknown[]) => {
    say(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString());
    const done = rest.find((argument) => typeof argument === 'function') as (() => void) | undefined;
    if (done) queueMicrotask(done);
    return true;
  }) as typeof process.stdout.write;
  process.stderr.write = process.stdout.write;
}
