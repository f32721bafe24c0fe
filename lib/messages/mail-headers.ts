import type { Letter } from './letter.ts';

/** Headers that mark a mail as automatic (RFC 3834) and name its language (RFC 3282). */
export function mailHeaders({ language }: Letter): Record<string, string> {
  return { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All', 'Content-Language': language };
}
