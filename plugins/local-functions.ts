import type { FunctionDefinition } from './framework.ts';

/** Takes away what is only for a developer's machine: the functions in `functions/dev`, with their routes and roles. */
export function removeLocalFunctions(functions: Record<string, FunctionDefinition>): void {
  for (const [name, { handler }] of Object.entries(functions)) if (handler.startsWith('functions/dev/')) delete functions[name];
}
