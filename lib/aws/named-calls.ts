type Next = (given: never) => Promise<unknown>;
type Called = { readonly clientName?: string; readonly commandName?: string };
type Client = { readonly middlewareStack: { add(middleware: never, options: { step: 'initialize'; name: string }): void } };

/** Has every error of a client say which call it was: the network's own words name neither service nor operation. */
export function withNamedCalls<T extends Client>(client: T): T {
  const nameCall =
    (next: Next, { clientName, commandName }: Called) =>
    async (given: never) => {
      try {
        return await next(given);
      } catch (error) {
        if (error instanceof Error) error.message = `${clientName} ${commandName}: ${error.message}`;
        throw error;
      }
    };
  client.middlewareStack.add(nameCall as never, { step: 'initialize', name: 'nameCall' });
  return client;
}
