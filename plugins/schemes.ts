import { takesScheme } from '#lib/auth-scheme.ts';
import type { FunctionDefinition, SchemeAdditions } from './framework.ts';

/**
 * Extends the authorizer by the schemes of the stage. The entry of Basic includes that of tokens. With access tokens
 * only, the authorizer stays as in `functions.yml`.
 */
export function addSchemes(authorizer: FunctionDefinition, additions: SchemeAdditions, words: readonly string[]): void {
  for (const scheme of ['token', 'basic'] as const) {
    if (!takesScheme(words, scheme)) continue;
    const { iamRoleStatements = [], ...definition } = additions[scheme] ?? {};
    Object.assign(authorizer, definition);
    authorizer.iamRoleStatements = [...(authorizer.iamRoleStatements ?? []), ...iamRoleStatements];
  }
}
