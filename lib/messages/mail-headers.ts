import type { Letter } from './letter.ts';

/** What a mail says of itself beside its words: that no person wrote it (RFC 3834), and its language (RFC 3282). */
export function mailHeaders({ language }: Letter): Record<string, string> {
  return { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All', 'Content-Language': language };
}
