import { globSync, readFileSync } from 'node:fs';

/** A source file: its path and its text. */
export type Source = { readonly path: string; readonly text: string };

/** All TypeScript that is deployed. */
export function sources(): Source[] {
  return globSync(['lib/**/*.ts', 'functions/**/*.ts'])
    .sort()
    .map((path) => ({ path, text: readFileSync(path, 'utf8') }));
}

const bannedNames = /^(utils?|helpers?|common|services?|managers?|data|infos?|impl|misc|shared|types|constants|index)$/;
const bannedWords = /(^(data|info)$|Utils?$|^utils?$|Helpers?$|^helpers?$|^common$|Services?$|Managers?$|Impl$|Dto$|Data$|^I[A-Z][a-z])/;
const vocabulary = /^(door|room|furniture)s?$|Door|Room|Furniture/;

/** Parts of the path without meaning, such as `utils`. */
export function emptyPathNames({ path }: Source): string[] {
  return path
    .replace(/\.ts$/, '')
    .split(/[/.]/)
    .filter((part) => bannedNames.test(part));
}

/** Declared names without meaning, or from the vocabulary of talk about the code. */
export function emptyNames({ text }: Source): string[] {
  const declared = withoutComments(text).matchAll(/\b(?:const|let|function|class|type|interface)\s+([A-Za-z_$][\w$]*)/g);
  return [...declared].map(([, name = '']) => name).filter((name) => bannedWords.test(name) || vocabulary.test(name));
}

/** How the file uses `process`: the streams it writes to, and `env`. */
export function usesOfProcess({ text }: Source): string[] {
  return [...withoutComments(text).matchAll(/\bprocess\.(\w+)/g)].map(([, part = '']) => part);
}

/** The statements of a formatted file after its imports: those at its top, and those inside functions. */
export function statements({ text }: Source): number {
  const body = withoutComments(text).replace(/^import [^;]*;$/gm, '');
  return [...body.matchAll(/^(?:(?:export )?(?:async )?(?:const|function|type)| +(?:const|let|return|await|if|for|throw)|\w[\w.]*\()/gm)]
    .length;
}

/** The key or spread that follows a spread in an object: one may replace the other unseen. `key: undefined` takes a key away. */
export function afterSpreads({ text }: Source): string[] {
  const code = withoutComments(text);
  return [...code.matchAll(/\.\.\./g)].flatMap(({ index }) => {
    let depth = 0;
    let at = index + 3;
    for (; at < code.length; at += 1) {
      const sign = code.charAt(at);
      if (depth === 0 && /[,}\])]/.test(sign)) break;
      if (/[([{]/.test(sign)) depth += 1;
      else if (/[)\]}]/.test(sign)) depth -= 1;
    }
    const rest = code.slice(at).replace(/^,?\s*/, '');
    return /^([}\])]|\w+: undefined)/.test(rest) ? [] : [rest.split(/[\s,:}]/, 1)[0] ?? ''];
  });
}

/** The number of lines of the file. */
export function lines({ text }: Source): number {
  return text.trimEnd().split('\n').length;
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1');
}
