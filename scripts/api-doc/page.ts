import type { Action } from '#lib/caller/action.ts';
import type { Route } from '#lib/http/route.ts';
import { type ProblemCode, problems } from '#lib/problem.ts';
import { say } from '#lib/wording.ts';
import { allRoutes } from '../openapi/contracts.ts';
import { jsonSchema } from '../openapi/fold.ts';
import { routeTexts } from '../openapi/route-texts.ts';
import { groups } from './groups.ts';

const introduction = `# API

This page is made from the contracts (\`functions/*/contract.ts\`) by \`npm run docs\`. [openapi.json](../openapi.json) has the same for
machines, with the type of each field; a running service has it at \`GET /openapi.json\`.

- **Body**: JSON, urlencoded or multipart, with the same fields. A field marked with \`?\` may be left out.
- **Access**: "Open" needs no credentials. Everything else needs \`Authorization: Bearer <access token>\`, or another of the
  [ways in](ways-in.md) that the stage takes. "Own id" means that \`{id}\` is the caller's own.
- **Problems** are [problem details](https://www.rfc-editor.org/rfc/rfc9457) with a stable \`code\`, in English or Chinese
  (\`Accept-Language\`). An endpoint lists only its own. These come with what it has:

| an endpoint with | can also answer |
|---|---|
| anything | \`internal_error\`, \`unavailable\` |
| access that is not open | \`not_authenticated\`, \`bad_authorization_header\`, \`token_not_valid\`, \`user_not_found\`, \`user_inactive\`; with HTTP Basic \`no_active_account\`, \`throttled\`; with cookies \`csrf_failed\`, if it changes something |
| \`{id}\` and access that is not open | \`permission_denied\`; \`not_found\` for callers who look after users |
| a body | \`malformed_request\`, \`validation_failed\`, \`request_too_large\`, \`unsupported_media_type\` |
| a query | \`unsupported_query\`, \`validation_failed\` |
`;

const abilities: Readonly<Record<Action, string>> = {
  read: 'read users',
  create: 'create users',
  update: 'update users',
  suspend: 'suspend users',
  delete: 'delete users',
  grant: 'give roles',
  manage: 'do anything',
};

/** docs/api.md, from the contracts. Throws if a route is in no group or in two. */
export async function apiPage(): Promise<string> {
  const routes = await allRoutes();
  const named = groups.flatMap((group) => group.routes);
  const misplaced = routes.filter(({ name }) => named.filter((each) => each === name).length !== 1).map(({ name }) => name);
  if (misplaced.length > 0) throw new Error(`scripts/api-doc/groups.ts has to name once: ${misplaced.join(', ')}`);
  const chapters = groups.map(({ title, note, routes: names }) => {
    const entries = names.map((name) => entry(routeOf(routes, name)));
    return [`## ${title}`, ...(note ? [note] : []), ...entries].join('\n\n');
  });
  return `${[introduction.trimEnd(), ...chapters, codes()].join('\n\n')}\n`;
}

function routeOf(routes: readonly Route[], name: string): Route {
  const route = routes.find((each) => each.name === name);
  if (!route) throw new Error(`scripts/api-doc/groups.ts names ${name}, which no contract declares`);
  return route;
}

function entry(route: Route): string {
  const { name, methods, path, summary, query, file, success } = route;
  const own = [...(file ? [file.tooLarge] : []), ...route.problems];
  const lines = [
    ['Access', accessOf(route)],
    ['Query', query ? fieldsOf(jsonSchema(query, 'input')) : ''],
    ['Body', bodyOf(route)],
    ['Success', `${success.status}. ${success.description}${answerOf(route)}`],
    ['Problems', own.map((code) => `\`${code}\``).join(', ')],
  ];
  const told = lines.filter(([, text]) => text !== '').map(([label, text]) => `- ${label}: ${text}`);
  return [`### \`${methods.join('`, `')} ${path}\``, `**${summary}.** ${routeTexts[name]}`, told.join('\n')].join('\n\n');
}

function accessOf({ access, path, ownedBy, judged }: Route): string {
  if (access === 'open') return 'open';
  if (ownedBy) return 'own id';
  if (!judged) return 'signed in';
  const others = `callers who may ${abilities[judged]}`;
  return path.includes('{') && judged !== 'suspend' ? `own id, or ${others}` : others;
}

function bodyOf({ body, file }: Route): string {
  if (file) return `multipart, with a file \`${file.field}\` of at most ${file.maxBytes.toLocaleString('en')} bytes`;
  return body ? fieldsOf(jsonSchema(body, 'input')) : '';
}

function answerOf({ success }: Route): string {
  if (success.bytes) return ` (\`${success.bytes}\`)`;
  const fields = success.body ? fieldsOf(jsonSchema(success.body, 'output')) : '';
  return fields === '' ? '' : ` Fields: ${fields}.`;
}

type Schema = {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
};

/** The names of the fields; `?` marks those that may be missing. The fields of an object or of a list of objects stand in brackets. */
function fieldsOf({ properties = {}, required = [], allOf = [], anyOf = [] }: Schema): string {
  const own = Object.entries(properties).map(
    ([name, schema]) => `\`${name}\`${required.includes(name) ? '' : '?'}${inBrackets(fieldsOf(schema.items ?? schema))}`,
  );
  const choices = [...new Set(anyOf.map(fieldsOf))].filter((text) => text !== '').join('; or ');
  return [...own, ...allOf.map(fieldsOf), choices].filter((text) => text !== '').join(', ');
}

const inBrackets = (fields: string) => (fields === '' ? '' : ` (${fields})`);

function codes(): string {
  const rows = Object.entries(problems).map(
    ([code, { status, title }]) => `| \`${code as ProblemCode}\` | ${status} | ${say(title, 'en')} |`,
  );
  return ['## Problem codes', ['| code | status | title |', '|---|---|---|', ...rows].join('\n')].join('\n\n');
}
