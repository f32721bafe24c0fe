import { stripVTControlCharacters } from 'node:util';

/** Finds the errors that functions have caught and logged, and describes each in one line for the terminal. */
export function faultsIn(text: string): string[] {
  return text.split('\n').flatMap((line) => {
    if (!line.startsWith('{"level":"error"')) return [];
    try {
      const { event, route, error, message, stack } = JSON.parse(line) as Record<string, unknown>;
      const place = /((?:functions|lib)\/[^\s():]+:\d+)/.exec(String(stack ?? ''))?.[1];
      const what = [route, error, message].filter((part) => part !== undefined).join(': ');
      return what || event ? [stripVTControlCharacters(`${place ? `${place}  ` : ''}${what || event}`)] : [];
    } catch {
      return [];
    }
  });
}
