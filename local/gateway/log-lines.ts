/** One line that a function wrote, parsed where it is JSON, and the request it was busy with (`init` before the first). */
export type LogLine = { readonly invocation: string; readonly text: string; readonly json?: Readonly<Record<string, unknown>> };

/** Takes apart what a function wrote at once. */
export function toLines(text: string, invocation: string): LogLine[] {
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      if (!line.startsWith('{')) return { invocation, text: line };
      try {
        return { invocation, text: line, json: JSON.parse(line) };
      } catch {
        return { invocation, text: line };
      }
    });
}
