import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { projectFolder } from '#local/project.ts';
import type { FunctionDefinition, SchemeAdditions } from './framework.ts';

type Declared = { readonly functions: Record<string, FunctionDefinition>; readonly schemes: SchemeAdditions };

/**
 * Reads the declared functions from the YAML files without Serverless, which would take a second. Variables stay
 * unresolved; handlers, memory, time-outs and routes have none. Throws with file, line and column if a file is not
 * valid YAML.
 */
export async function readFunctions(project = projectFolder): Promise<Declared> {
  const { functions } = (await readYaml(project, 'serverless.yml')) as { functions: readonly (string | Declared['functions'])[] };
  const parts = await Promise.all(functions.map((part) => (typeof part === 'string' ? readYaml(project, fileIn(part)) : part)));
  return {
    functions: Object.assign({}, ...parts) as Declared['functions'],
    schemes: (await readYaml(project, 'functions/schemes.yml')) as SchemeAdditions,
  };
}

const fileIn = (reference: string) => /^\$\{file\(([^)]+)\)\}$/.exec(reference)?.[1] ?? reference;

async function readYaml(project: string, file: string): Promise<object> {
  try {
    return parse(await readFile(join(project, file), 'utf8'), { logLevel: 'error' });
  } catch (error) {
    throw new Error(`${file} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}
