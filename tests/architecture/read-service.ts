import { globSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parse } from 'yaml';
import type { Route } from '#lib/http/route.ts';

type HttpApi = { readonly method: string; readonly path: string; readonly authorizer?: { readonly name: string } };
export type DeclaredFunction = {
  readonly handler: string;
  readonly memorySize?: number;
  readonly timeout?: number;
  readonly events?: readonly { readonly httpApi?: HttpApi }[];
};

/** A YAML file as data. CloudFormation functions (`!GetAtt`, `!Sub`) stay plain text. */
export function readYaml<T>(path: string): T {
  return parse(readFileSync(path, 'utf8'), { logLevel: 'silent' }) as T;
}

/** Every function of the functions.yml files, with its folder. */
export function declaredFunctions(): { readonly name: string; readonly folder: string; readonly definition: DeclaredFunction }[] {
  return globSync('functions/**/functions.yml')
    .sort()
    .flatMap((file) =>
      Object.entries(readYaml<Record<string, DeclaredFunction>>(file)).map(([name, definition]) => ({
        name,
        folder: dirname(file),
        definition,
      })),
    );
}

/** Those of them that a deployed stage has. */
export function deployedFunctions() {
  return declaredFunctions().filter(({ folder }) => folder !== 'functions/dev');
}

/** Every route that a contract.ts exports, with its folder. */
export async function declaredRoutes(): Promise<{ readonly folder: string; readonly route: Route }[]> {
  const files = globSync('functions/*/contract.ts').sort();
  const modules = await Promise.all(files.map(async (file) => ({ file, exported: await import(pathToFileURL(resolve(file)).href) })));
  return modules.flatMap(({ file, exported }) =>
    Object.values(exported)
      .filter(isRoute)
      .map((route) => ({ folder: dirname(file), route })),
  );
}

function isRoute(value: unknown): value is Route {
  return typeof value === 'object' && value !== null && 'methods' in value && 'path' in value && 'access' in value;
}
