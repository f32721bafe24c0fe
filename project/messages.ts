import type { Messages } from '#lib/messages/messages.ts';

/**
 * Your words for codes, links and notices, in English and Chinese. Empty is fine; docs/messages.md lists the messages and has an
 * example to copy from.
 */
export const messages: Messages = {};
