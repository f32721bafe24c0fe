import type { Resources } from './framework.ts';

/** The functions that read no setting: they decode files of strangers, and may learn nothing about the stage. */
const bareHandlers: readonly string[] = ['functions/avatar/decode.handler'];

/** Removes the names and settings of a stage from the environment of functions that need none. The framework gives them to all functions. */
export function bareFunctions(resources: Resources): void {
  for (const { Type, Properties } of Object.values(resources)) {
    if (Type === 'AWS::Lambda::Function' && bareHandlers.includes(String(Properties['Handler']))) delete Properties['Environment'];
  }
}
