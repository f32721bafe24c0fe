import type { Subcommand } from './subcommand.ts';

type Registered = { readonly about: string; readonly load: () => Promise<Subcommand> };

/** What `npm run users` can do, by name. Each is loaded when it is asked for. */
export const subcommands: Readonly<Record<string, Registered>> = {
  export: { about: 'write all users to a file', load: async () => (await import('./export.ts')).exportUsers },
};
