/** Whether Ctrl-C or SIGTERM asked for an end. The first signal ends in good order, the second at once. */
export type Stopping = { isAsked(): boolean; forget(): void };

const signals = ['SIGINT', 'SIGTERM'] as const;

/** The exit code of a command ended by Ctrl-C. */
export const interrupted = 130;

export function whenStopped(tell: () => void): Stopping {
  let isAsked = false;
  const forget = () => {
    for (const signal of signals) process.removeListener(signal, stop);
  };
  const stop = () => {
    isAsked = true;
    tell();
    forget();
  };
  for (const signal of signals) process.on(signal, stop);
  return { isAsked: () => isAsked, forget };
}
