import { stripVTControlCharacters } from 'node:util';

/** The faults of ours that functions caught and logged themselves: for the terminal, in a line each. */
export function faultsIn(text: string): string[] {
  return text.split('\n').flatMap((line) => {
    if (!line.startsWith('{"level":"error"')) return [];
    try {
      const { event, route, error, message, stack } = JSON.parse(line) as Record<string, unknown>;
      const place = /((?:functions|lib)\/[^\s():]+:\d+)/.exec(String(stack ?? ''))?.[1];
      const what = [route, error, message].filter((part) => part !== undefined).join(': ');
      return [stripVTControlCharacters(`${place ? `${place}  ` : ''}${what || event}`)];
    } catch {
      return [];
    }
  });
}
