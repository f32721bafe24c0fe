import type { Subcommand } from './subcommand.ts';

type Registered = { readonly about: string; readonly load: () => Promise<Subcommand> };

/** What `npm run users` can do, by name. Each is loaded when it is asked for. */
export const subcommands: Readonly<Record<string, Registered>> = {
  list: { about: 'list users, or search for them', load: async () => (await import('./list.ts')).listUsers },
  show: { about: 'show somebody', load: async () => (await import('./show.ts')).showUser },
  suspend: { about: 'let somebody in no more', load: async () => (await import('./suspend.ts')).suspendUser },
  reinstate: { about: 'let somebody in again', load: async () => (await import('./reinstate.ts')).reinstateUser },
  role: { about: 'give and take roles', load: async () => (await import('./role.ts')).changeRole },
  delete: { about: 'delete somebody for good', load: async () => (await import('./delete.ts')).deleteUser },
  'reset-link': { about: 'make a link to choose another password with', load: async () => (await import('./reset-link.ts')).makeLink },
  compare: { about: 'compare a stage with an export', load: async () => (await import('./compare.ts')).compareUsers },
  export: { about: 'write all users to a file', load: async () => (await import('./export.ts')).exportUsers },
  import: {
    about: 'bring users in: of Django, CSV, JSON lines, Cognito, an export',
    load: async () => (await import('./import.ts')).importUsers,
  },
};
