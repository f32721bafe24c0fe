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

/** The number of lines of the file. */
export function lines({ text }: Source): number {
  return text.trimEnd().split('\n').length;
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1');
}
