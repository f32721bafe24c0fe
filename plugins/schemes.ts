import { authScheme, takesScheme } from '#lib/auth-scheme.ts';
import type { Settings } from '#lib/settings.ts';
import type { FunctionDefinition, RequestAuthorizer, SchemeAdditions } from './framework.ts';

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

/**
 * Has the gateway ask for the header the stage reads, and refuse for free whoever does not send it. Where Basic stands first there is none to
 * ask for: clients of Basic send nothing until a 401 has asked them, and the gateway's own asks for nothing.
 */
export function identifyBy(authorizer: RequestAuthorizer, { AUTH_HEADER_NAME: name, AUTH_HEADER_TYPES: [first = ''] }: Settings): void {
  if (authScheme(first) === 'basic') delete authorizer.identitySource;
  else authorizer.identitySource = `$request.header.${name}`;
}
