/** What a caller may do to a subject. `manage` is every action; `grant` is giving and taking roles. */
export const actions = ['read', 'create', 'update', 'suspend', 'delete', 'grant', 'manage'] as const;
export type Action = (typeof actions)[number];
