import { randomId } from '#lib/ids.ts';

/** A password hash that never matches, as Django writes one. */
export const unusablePassword = () => `!${randomId()}${randomId().slice(0, 8)}`;
