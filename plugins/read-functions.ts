import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { projectFolder } from '#local/project.ts';
import type { FunctionDefinition, SchemeAdditions } from './framework.ts';

type Declared = { readonly functions: Record<string, FunctionDefinition>; readonly schemes: SchemeAdditions };

/**
 * The functions as the YAML files declare them now, without Serverless: what counts is read (handler, memory, time-out, routes), and none of
 * that is a variable. Throws where a file is no YAML, with file, line and column.
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
