import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

type Report = {
  readonly diagnostics: readonly { readonly category: string; readonly severity: string; readonly location: { readonly path: string } }[];
};

/** The Biome rules that each file of an invented project violates, under our biome.json. */
export function lint(files: Readonly<Record<string, string>>): Record<string, string[]> {
  const project = mkdtempSync(join(tmpdir(), 'gatehouse-lint-'));
  try {
    for (const name of ['biome.json', '.gitignore', 'tsconfig.json', 'package.json']) cpSync(name, join(project, name));
    for (const [path, code] of Object.entries(files)) {
      mkdirSync(dirname(join(project, path)), { recursive: true });
      writeFileSync(join(project, path), code);
    }
    const { diagnostics } = report(project);
    const rulesOf = (file: string) =>
      diagnostics
        .filter(({ severity, location }) => severity === 'error' && location.path === file)
        .map(({ category }) => ruleIn(category));
    return Object.fromEntries(Object.keys(files).map((file) => [file, [...new Set(rulesOf(file))].sort()]));
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
}

function report(project: string): Report {
  const biome = resolve('node_modules/.bin/biome');
  const { stdout } = spawnSync(biome, ['lint', '--reporter=json', '--max-diagnostics=none', '.'], { cwd: project, encoding: 'utf8' });
  return JSON.parse(stdout);
}

function ruleIn(category: string): string {
  return category.split('/').at(-1) ?? category;
}
