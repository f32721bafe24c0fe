import { globSync, readFileSync } from 'node:fs';

/** A file or a folder that a recipe names, as a pattern of paths. Some are only needed under a condition. */
type Place = { readonly written: string; readonly pattern: RegExp; readonly isAlways: boolean };

/** Every text of the repository but its history, by its path. */
export function texts(): Map<string, string> {
  const folders = '{functions,lib,local,plugins,project,resources,scripts,tests,docs}/**/*.*';
  const skipped = ['docs/decisions/**', 'tests/architecture/recipes*', '**/package-lock.json'];
  const paths = globSync([folders, '*.{md,yml}', 'openapi.json', '.env.example'], { exclude: skipped });
  const read = paths.filter((path) => /\.(ts|yml|md|json|example)$/.test(path) && !/^(CONTRIBUTING|CHANGELOG)\.md$/.test(path));
  return new Map(read.map((path) => [path, readFileSync(path, 'utf8')]));
}

/** The places in a recipe of CONTRIBUTING.md: each path in backticks, where `<verb>` stands for any name. */
export function placesOf(recipe: string): Place[] {
  const [, section = ''] = readFileSync('CONTRIBUTING.md', 'utf8').split(`\n## ${recipe}\n`);
  const [steps = ''] = section.split('\n## ');
  return steps.split(/^(?=\d+\. )/m).flatMap((step) => {
    if (!/^\d/.test(step)) return [];
    const paths = [...step.matchAll(/`([\w.<>/-]+)`/g)]
      .map(([, path = '']) => path)
      .filter((path) => /\/|\.(md|yml|json|example)$/.test(path));
    return paths.map((written) => ({ written, pattern: patternOf(written), isAlways: !/^\d+\. If /.test(step) }));
  });
}

function patternOf(written: string): RegExp {
  const parts = written.split(/<\w+>/).map((part) => literal(part));
  return new RegExp(`^${parts.join('[^/]+')}${written.endsWith('/') ? '' : '$'}`);
}

/** A text as a regular expression that matches nothing else. */
export function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
