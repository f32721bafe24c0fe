/**
 * Tells which lines of serverless-offline's output are the functions' own (JSON, stack traces, whatever a library prints) and
 * which are its chatter: all but JSON until it listens, then those that name a function as `(λ: health)` and empty ones. Its box of
 * routes is chatter whenever it comes: it is written to another stream than what comes after it, and may be read later.
 */
export function lineSorter(): (line: string) => 'function' | 'chatter' {
  let isListening = false;
  return (line) => {
    if (line.startsWith('{')) return 'function';
    const isOurs = isListening && line.trim() !== '' && !/^[┌│└]/.test(line) && !/\(λ: [\w-]+\)/.test(line);
    isListening ||= line.startsWith('Server ready: ');
    return isOurs ? 'function' : 'chatter';
  };
}
