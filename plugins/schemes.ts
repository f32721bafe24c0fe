import { takesScheme } from '#lib/auth-scheme.ts';
import type { FunctionDefinition, SchemeAdditions } from './framework.ts';

/**
 * Makes the authorizer what the schemes of the stage ask for: Basic’s entry can do what that for tokens does. One of access tokens only
 * stays as `functions.yml` has it.
 */
export function addSchemes(authorizer: FunctionDefinition, additions: SchemeAdditions, words: readonly string[]): void {
  for (const scheme of ['token', 'basic'] as const) {
    if (!takesScheme(words, scheme)) continue;
    const { iamRoleStatements = [], ...definition } = additions[scheme] ?? {};
    Object.assign(authorizer, definition);
    authorizer.iamRoleStatements = [...(authorizer.iamRoleStatements ?? []), ...iamRoleStatements];
  }
}
