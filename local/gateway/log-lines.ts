/** One line of a function's output, parsed if it is JSON, and the request it belongs to (`init` before the first). */
export type LogLine = { readonly invocation: string; readonly text: string; readonly json?: Readonly<Record<string, unknown>> };

/** Splits a piece of output into lines. */
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
