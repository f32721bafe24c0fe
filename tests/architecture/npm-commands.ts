import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';

/** One `npm run …` of a text: the script, and its options. */
export type NpmCommand = { readonly script: string; readonly flags: readonly string[] };

/** The options of the framework that our commands may use (osls, `package` and `deploy`). */
const frameworkFlags = ['--stage', '--region', '--package'];

/** Every `npm run …` in a text, with lines that end in a backslash joined. */
export function npmCommands(text: string): NpmCommand[] {
  return [...text.replaceAll(/\\\n\s*/g, ' ').matchAll(/npm run ([\w:-]+)([^\n`|;&]*)/g)].map(([, script = '', rest = '']) => ({
    script,
    flags: [...rest.matchAll(/(?<=\s)--[a-z][a-z-]*/g)].map(([flag]) => flag),
  }));
}

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
const helps = new Map<string, Promise<string>>();

/** The commands whose script or option does not exist, by what the script says of itself (`--help`). */
export async function wrongCommands(commands: readonly NpmCommand[]): Promise<string[]> {
  const wrong = await Promise.all(
    commands.map(async ({ script, flags }) => {
      const line = scripts[script];
      if (!line) return [`npm run ${script}: there is no such script`];
      const known = await optionsOf(line);
      return flags.filter((flag) => !known.includes(flag)).map((flag) => `npm run ${script}: there is no ${flag}`);
    }),
  );
  return [...new Set(wrong.flat())];
}

async function optionsOf(line: string): Promise<string[]> {
  const [, file] = /(scripts\/[\w-]+\.ts)$/.exec(line) ?? [];
  if (!file) return /serverless\.js (package|deploy)/.test(line) ? frameworkFlags : [];
  const help =
    helps.get(file) ??
    promisify(execFile)(process.execPath, [file, '--help'], { env: { ...process.env, ENV_FILE: '' } }).then(({ stdout }) => stdout);
  helps.set(file, help);
  return [...(await help).matchAll(/--[a-z][a-z-]*/g)].map(([flag]) => flag);
}
