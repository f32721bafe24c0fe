import { describe, expect, it } from 'vitest';
import { lint } from './lint.ts';

/** A violation of a rule: its file, the rule and the source. Each file violates one rule only. */
const wrong: Readonly<Record<string, readonly [file: string, rule: string, code: string]>> = {
  'a verb imports the AWS SDK': [
    'lib/users/a.ts',
    'noRestrictedImports',
    `import { A } from '@aws-sdk/client-dynamodb';\nexport const a = A;\n`,
  ],
  'a verb imports a type of the AWS SDK': ['lib/users/b.ts', 'noRestrictedImports', `export type { A } from '@aws-sdk/client-s3';\n`],
  'a verb imports a client of lib/aws': [
    'lib/users/c.ts',
    'noRestrictedImports',
    `import { dynamo } from '#lib/aws/dynamo.ts';\nexport const c = dynamo;\n`,
  ],
  'a verb imports an adapter of its room': [
    'lib/users/d.ts',
    'noRestrictedImports',
    `import { d } from './user-store.dynamo.ts';\nexport const e = d;\n`,
  ],
  'a verb imports an adapter of another room': [
    'lib/users/e.ts',
    'noRestrictedImports',
    `import { d } from '#lib/sessions/session-store.dynamo.ts';\nexport const e = d;\n`,
  ],
  'a verb imports middy': ['lib/users/f.ts', 'noRestrictedImports', `import middy from '@middy/core';\nexport const f = middy;\n`],
  'a verb imports with ../': ['lib/users/g.ts', 'noRestrictedImports', `import { g } from '../tokens/token.ts';\nexport const h = g;\n`],
  'lib imports functions': [
    'lib/users/h.ts',
    'noRestrictedImports',
    `import { h } from '#lib/../functions/users/contract.ts';\nexport const i = h;\n`,
  ],
  'a verb reads the hooks of the project': [
    'lib/users/u.ts',
    'noRestrictedImports',
    `import { hooks } from '#hooks.ts';\nexport const u = hooks;\n`,
  ],
  'a verb reads the words of the project': [
    'lib/users/v.ts',
    'noRestrictedImports',
    `import { messages } from '#messages.ts';\nexport const v = messages;\n`,
  ],
  'a verb imports a sender': [
    'lib/messages/w.ts',
    'noRestrictedImports',
    `import { smtpSender } from './sender.smtp.ts';\nexport const w = smtpSender;\n`,
  ],
  'a verb uses process': ['lib/users/i.ts', 'noRestrictedImports', `import { env } from 'node:process';\nexport const i = env;\n`],
  'lib/http imports an adapter': [
    'lib/http/a.ts',
    'noRestrictedImports',
    `import { d } from '#lib/users/user-store.dynamo.ts';\nexport const e = d;\n`,
  ],
  'lib/http imports the AWS SDK': [
    'lib/http/b.ts',
    'noRestrictedImports',
    `import { A } from '@aws-sdk/client-s3';\nexport const a = A;\n`,
  ],
  'an adapter imports an adapter': [
    'lib/users/a.dynamo.ts',
    'noRestrictedImports',
    `import { d } from './user-store.dynamo.ts';\nexport const e = d;\n`,
  ],
  'an adapter imports middy': ['lib/users/b.s3.ts', 'noRestrictedImports', `import middy from '@middy/core';\nexport const f = middy;\n`],
  'a client in lib/aws imports with ../': ['lib/aws/a.ts', 'noRestrictedImports', `import { g } from '../log.ts';\nexport const h = g;\n`],
  'a handler imports another handler': [
    'functions/users/a.ts',
    'noRestrictedImports',
    `import { handler } from './get.ts';\nexport const a = handler;\n`,
  ],
  'a handler imports the contract of another folder': [
    'functions/users/b.ts',
    'noRestrictedImports',
    `import { login } from '../auth/contract.ts';\nexport const b = login;\n`,
  ],
  'a handler imports the AWS SDK': [
    'functions/users/c.ts',
    'noRestrictedImports',
    `import { A } from '@aws-sdk/client-s3';\nexport const a = A;\n`,
  ],
  'a handler imports middy': ['functions/users/d.ts', 'noRestrictedImports', `import middy from '@middy/core';\nexport const f = middy;\n`],
  'a verb reads the environment': ['lib/users/j.ts', 'noProcessEnv', `export const j = process.env['USERS_TABLE'];\n`],
  'a handler reads the environment': ['functions/users/e.ts', 'noProcessEnv', `export const e = process.env['USERS_TABLE'];\n`],
  'a verb writes to the console': ['lib/users/k.ts', 'noConsole', `console.info('hello');\nexport const k = 1;\n`],
  'a promise is not awaited': [
    'lib/users/l.ts',
    'noFloatingPromises',
    `async function send(): Promise<void> {}\nexport function l() {\n  send();\n}\n`,
  ],
  'a file has a default export': ['lib/users/m.ts', 'noDefaultExport', `export default function m() {}\n`],
  'a file exports everything of another': ['lib/users/n.ts', 'noReExportAll', `export * from 'valibot';\n`],
  'a file only exports from others': ['lib/users/o.ts', 'noBarrelFile', `export { p } from './p.ts';\nexport { q } from './q.ts';\n`],
  'an import has no extension': ['lib/users/p.ts', 'useImportExtensions', `import { q } from './q';\nexport const p = q;\n`],
  'an import has the extension of the output': [
    'lib/users/r.ts',
    'useImportExtensions',
    `import { q } from './q.js';\nexport const p = q;\n`,
  ],
  'two files import each other': ['lib/users/s.ts', 'noImportCycles', `import { t } from './t.ts';\nexport const s = () => t;\n`],
};

const right: Readonly<Record<string, string>> = {
  'lib/users/q.ts': `export const q = 1;\n`,
  'lib/users/user-store.dynamo.ts': `import { DynamoDBClient } from '@aws-sdk/client-dynamodb';\nimport { dynamo } from '#lib/aws/dynamo.ts';\nimport { q } from './q.ts';\nexport const d = [DynamoDBClient, dynamo, q];\n`,
  'lib/aws/dynamo.ts': `import { DynamoDBClient } from '@aws-sdk/client-dynamodb';\nexport const dynamo = () => new DynamoDBClient({});\n`,
  'lib/http/endpoint.ts': `import middy from '@middy/core';\nimport { isUnavailable } from '#lib/aws/fault.ts';\nexport const endpoint = [middy, isUnavailable];\n`,
  'lib/aws/fault.ts': `export const isUnavailable = () => false;\n`,
  'lib/settings/parse.ts': `export const settings = process.env;\n`,
  'functions/users/contract.ts': `export const contract = 1;\n`,
  'functions/users/get.ts': `import { d } from '#lib/users/user-store.dynamo.ts';\nimport { contract } from './contract.ts';\nexport const handler = [d, contract];\n`,
  'scripts/start/tell.ts': `console.info(process.env['PORT']);\n`,
};

const files = Object.fromEntries(Object.values(wrong).map(([file, , code]) => [file, code]));
const counterpart = { 'lib/users/t.ts': `import { s } from './s.ts';\nexport const t = () => s;\n` };
const broken = lint({ ...files, ...right, ...counterpart });

describe('Biome refuses that', () => {
  it.each(Object.entries(wrong))('%s', (_, [file, rule]) => {
    expect(broken[file]).toContain(rule);
  });
});

describe('Biome accepts', () => {
  it.each(Object.keys(right))('%s without a violation', (file) => {
    expect(broken[file]).toEqual([]);
  });
});
