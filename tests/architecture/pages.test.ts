import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

const pages = [...globSync('*.md'), ...globSync('docs/**/*.md')].toSorted();
const textOf = (page: string) => readFileSync(page, 'utf8');

/** The links of a page into the repository: the file, from the root, and the heading. Code is no link. */
function linksOf(page: string): { readonly file: string; readonly heading: string | undefined }[] {
  const text = textOf(page)
    .replaceAll(/```[\s\S]*?```/g, '')
    .replaceAll(/`[^`\n]*`/g, 'code');
  return [...text.matchAll(/\]\(([^)\s]+)\)|(?:src|href)="([^"]+)"/g)]
    .map(([, link, source]) => link ?? source ?? '')
    .filter((target) => !/^(https?|mailto):/.test(target))
    .map((target) => {
      const [path = '', heading] = target.split('#');
      return { file: path === '' ? page : normalize(join(dirname(page), path)).replace(/\/$/, ''), heading };
    });
}

/** The anchors of a page, as GitHub makes them. */
function anchorsOf(page: string): string[] {
  const headings = [...textOf(page).matchAll(/^#+ (.+)$/gm)].map(([, text = '']) => text);
  return headings.map((text) =>
    text
      .toLowerCase()
      .replaceAll(/[^\p{Letter}\p{Number} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

describe('the pages', () => {
  it.each(pages)('%s links to files and headings that exist', (page) => {
    const broken = linksOf(page).filter(({ file, heading }) => !existsSync(file) || (heading && !anchorsOf(file).includes(heading)));
    expect(broken).toEqual([]);
  });

  it('can all be reached from docs/README.md', () => {
    const reached = new Set(['docs/README.md']);
    for (const page of reached) {
      for (const { file } of page.startsWith('docs/') ? linksOf(page) : []) if (pages.includes(file)) reached.add(file);
    }
    expect(pages.filter((page) => page.startsWith('docs/') && !reached.has(page))).toEqual([]);
  });

  it('exist, if code, comments and messages name them', () => {
    const files = globSync('{functions,lib,local,plugins,project,resources,scripts,tests}/**/*.{ts,mjs,yml}').concat(
      globSync('*.{ts,yml}'),
    );
    const named = files.flatMap((file) =>
      [...textOf(file).matchAll(/(?<![\w/.-])docs\/[\w/-]+(?:\.md)?/g)].map(([page]) => ({ file, page: page.replace(/\/$/, '') })),
    );
    const isThere = (page: string) => existsSync(page) || globSync(`${page}-*.md`).length > 0;
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter(({ page }) => !isThere(page))).toEqual([]);
  });
});

it('README.md has at most 700 words', () => {
  expect(textOf('README.md').split(/\s+/).length).toBeLessThanOrEqual(700);
});

it('SECURITY.md names only tests that exist', () => {
  const proofs = [...textOf('SECURITY.md').matchAll(/\[([^\]]+)\](?!\()/g)].flatMap(([, list = '']) =>
    [...list.matchAll(/`([^`]+)`/g)].map(([, path = '']) => path),
  );
  expect(proofs.length).toBeGreaterThan(100);
  const isThere = (path: string) => existsSync(`tests/${path}`) || globSync(`tests/${path}{,.contract}{,.test}.ts`).length > 0;
  expect(proofs.filter((path) => !isThere(path))).toEqual([]);
});
