import type { FunctionDefinition } from './framework.ts';

/** Removes the functions in `functions/dev`, which only a developer's machine has, with their routes and roles. */
export function removeLocalFunctions(functions: Record<string, FunctionDefinition>): void {
  for (const [name, { handler }] of Object.entries(functions)) if (handler.startsWith('functions/dev/')) delete functions[name];
}
