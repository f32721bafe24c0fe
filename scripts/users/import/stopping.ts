/** Whether somebody wants an end: Ctrl-C, or SIGTERM. Asked once it is an end in good order, asked twice one at once. */
export type Stopping = { isAsked(): boolean; forget(): void };

const signals = ['SIGINT', 'SIGTERM'] as const;

/** What a shell says of a command that Ctrl-C has ended. */
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
