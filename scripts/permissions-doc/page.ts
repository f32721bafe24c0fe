import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { projectFolder } from '#local/project.ts';
import { readFunctions } from '../../plugins/read-functions.ts';

type OneOrMore = string | readonly string[];
type Condition = Readonly<Record<string, Readonly<Record<string, OneOrMore>>>>;
type Statement = { readonly Action: OneOrMore; readonly Resource: OneOrMore; readonly Condition?: string | Condition };

const introduction = `# What each function may do

Each function has a role of its own. The role allows the actions below, on one resource each. For tables it also limits columns and keys:

- **columns**: a read or write may name these columns and no others, neither to set them nor to compare them. \`x_*\` are the project's own.
- **keys**: the key of the row has to begin so.
- An empty cell has no limit: the function works with whole rows of that table.

These limits hold if a function is taken over, for example by a package that was changed. Pictures of strangers are decoded by \`avatarDecode\`,
which may do nothing ([0112](decisions/0112-a-decoder-without-rights.md)). The limits cannot tell one user from another, and a function that may write a
column may write it in any row. A write whose condition fails can ask for the
whole row (\`ReturnValuesOnConditionCheckFailure\`); IAM has no key for that. The [decision](decisions/0101-columns-and-keys-by-role.md) says how AWS
evaluates them.

Each function may also write its own log. The authorizer has more on stages with \`Token\` or \`Basic\` in \`AUTH_HEADER_TYPES\`, and
\`messagesSend\` has what the stage's senders need ([messages.md](messages.md)). With \`HONOUR_HS_TOKENS\` or Django's tokens, a function that reads
\`verification-keys\` also reads the secrets of those tokens ([keys.md](keys.md)).

\`npm run docs\` makes this page from \`functions/**/functions.yml\` and \`functions/rows.yml\`.
`;

/** docs/permissions.md: every grant of every deployed function, as functions.yml declares it. */
export async function permissionsPage(): Promise<string> {
  const { functions, schemes } = await readFunctions();
  const only = parse(readFileSync(join(projectFolder, 'functions/rows.yml'), 'utf8')) as Readonly<Record<string, Condition>>;
  const all = [
    ...Object.entries(functions).filter(([, { handler }]) => !handler.startsWith('functions/dev/')),
    ...Object.entries(schemes).map(([scheme, definition]) => [`authorizer, with ${scheme}`, definition] as const),
  ];
  const rows = all.flatMap(([name, { iamRoleStatements = [] }]) => {
    const statements = iamRoleStatements as readonly Statement[];
    if (statements.length === 0) return [[name, '–', '–', '', '']];
    return statements.flatMap((statement) => rowsOf(name, statement, only));
  });
  const lines = [['function', 'resource', 'actions', 'columns', 'keys'], ['---', '---', '---', '---', '---'], ...rows];
  return `${introduction}\n${lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n`;
}

function rowsOf(name: string, { Action, Resource, Condition }: Statement, only: Readonly<Record<string, Condition>>): string[][] {
  const actions = listed([Action].flat().map((action) => action.slice(action.indexOf(':') + 1)));
  const condition = typeof Condition === 'string' ? only[/only\.(\w+)\}$/.exec(Condition)?.[1] ?? ''] : Condition;
  if (typeof Condition === 'string' && !condition) throw new Error(`${name} names ${Condition}, which functions/rows.yml lacks`);
  return [Resource]
    .flat()
    .map((resource) => [
      name,
      `\`${resourceName(resource)}\``,
      actions,
      listed(valuesOf(condition, 'dynamodb:Attributes')),
      listed(valuesOf(condition, 'dynamodb:LeadingKeys')),
    ]);
}

function valuesOf(condition: Condition = {}, key: string): string[] {
  return Object.values(condition).flatMap((keys) => [keys[key] ?? []].flat() as string[]);
}

/** `users`, `users/index/by-*`, `Media/avatars/*`, the name of a function or the name of a parameter. */
function resourceName(resource: string): string {
  const [, id = resource, path = ''] = /^(?:\$\{)?(\w+)\.\w*Arn\}?(.*)$/.exec(resource) ?? /custom\.arn\.(\w+)\}(.*)$/.exec(resource) ?? [];
  const [, called] = /^(\w+)LambdaFunction$/.exec(id) ?? [];
  if (called) return called.charAt(0).toLowerCase() + called.slice(1);
  const kebab = id.replace(/Table$/, '').replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => `-${letter}`);
  return kebab.toLowerCase() + path;
}

const listed = (values: readonly string[]) => values.map((value) => `\`${value}\``).join(', ');
