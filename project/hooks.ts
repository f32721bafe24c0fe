import type { Hooks } from '#lib/hooks/hooks.ts';

/**
 * Your claims in tokens, your fields in answers, your rule who may log in: by the names of SIMPLE_JWT. Empty is fine;
 * docs/customising.md has an example to copy from.
 */
export const hooks: Hooks = {};
