import type { Subcommand } from './subcommand.ts';

type Registered = { readonly about: string; readonly load: () => Promise<Subcommand> };

/** The subcommands of `npm run users`. Each is loaded when it is used. */
export const subcommands: Readonly<Record<string, Registered>> = {
  list: { about: 'list users, or search for them', load: async () => (await import('./list.ts')).listUsers },
  show: { about: 'show a user', load: async () => (await import('./show.ts')).showUser },
  suspend: { about: 'suspend a user', load: async () => (await import('./suspend.ts')).suspendUser },
  reinstate: { about: 'end a suspension', load: async () => (await import('./reinstate.ts')).reinstateUser },
  'end-sessions': { about: 'end the sessions of a user, or of all', load: async () => (await import('./end-sessions.ts')).endSessions },
  role: { about: 'add and remove roles', load: async () => (await import('./role.ts')).changeRole },
  delete: { about: 'delete a user for ever', load: async () => (await import('./delete.ts')).deleteUser },
  'reset-link': { about: 'make a link to choose another password', load: async () => (await import('./reset-link.ts')).makeLink },
  compare: { about: 'compare a stage with an export', load: async () => (await import('./compare.ts')).compareUsers },
  export: { about: 'write all users to a file', load: async () => (await import('./export.ts')).exportUsers },
  import: {
    about: 'import users from Django, CSV, JSON lines, Cognito or an export',
    load: async () => (await import('./import.ts')).importUsers,
  },
};
