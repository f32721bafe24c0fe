import { readFile } from 'node:fs/promises';
import { toJsonSchema } from '@valibot/to-json-schema';
import type { GenericSchema } from 'valibot';
import { problemsOf, type Route } from '#lib/http/route.ts';
import { type ProblemCode, problems } from '#lib/problem.ts';
import { accessCookie } from '#lib/tokens/access-cookie.ts';
import { say } from '#lib/wording.ts';
import { allRoutes } from './contracts.ts';

type Json = Record<string, unknown>;

/** The OpenAPI 3.1 document of every contract; what a contract does not say does not stand in it. */
export async function foldOpenApi(): Promise<Json> {
  const { version } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };
  const paths: Record<string, Json> = {};
  for (const route of await allRoutes()) {
    for (const method of route.methods) paths[route.path] = { ...paths[route.path], [method.toLowerCase()]: operation(route, method) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Gatehouse',
      version,
      summary: 'Accounts and sign-in that live in your own AWS account.',
      description:
        'Every body may be JSON, urlencoded or multipart. Errors are RFC 9457 problem details in English or Chinese (`Accept-Language`).',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        apiToken: {
          type: 'apiKey',
          in: 'header',
          name: 'Authorization',
          description: '`Token gth_…`, where `AUTH_HEADER_TYPES` of the stage has `Token`.',
        },
        basic: { type: 'http', scheme: 'basic', description: 'Where `AUTH_HEADER_TYPES` of the stage has `Basic`.' },
        cookie: {
          type: 'apiKey',
          in: 'cookie',
          name: accessCookie,
          description:
            'Where the stage has `AUTH_COOKIES`. What changes something has to be sent by a page of the same origin or of an allowed one.',
        },
      },
      schemas: { Problem: problemSchema },
    },
  };
}

function operation(route: Route, method: string): Json {
  const { success } = route;
  const inPath = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  const parameters = [...inPath, ...queryParameters(route)];
  return {
    operationId: route.methods.length > 1 ? `${route.name}${method === route.methods[0] ? '' : method}` : route.name,
    summary: route.summary,
    ...(route.access === 'locked' && { security: [{ bearer: [] }, { apiToken: [] }, { basic: [] }, { cookie: [] }] }),
    ...(parameters.length > 0 && { parameters }),
    ...requestBody(route),
    responses: {
      [success.status]: { description: success.description, ...successContent(route, method) },
      ...refusals(problemsOf(route)),
    },
  };
}

function queryParameters({ query }: Route): Json[] {
  if (!query) return [];
  const { properties = {}, required = [] } = jsonSchema(query, 'input') as { properties?: Json; required?: string[] };
  return Object.entries(properties).map(([name, schema]) => ({ name, in: 'query', required: required.includes(name), schema }));
}

function requestBody({ body, file }: Route): Json {
  if (file) {
    const schema = {
      type: 'object',
      required: [file.field],
      properties: { [file.field]: { type: 'string', contentMediaType: 'image/*', description: `At most ${file.maxBytes} bytes.` } },
    };
    return { requestBody: { required: true, content: { 'multipart/form-data': { schema } } } };
  }
  if (!body) return {};
  const schema = jsonSchema(body, 'input');
  const types = ['application/json', 'application/x-www-form-urlencoded', 'multipart/form-data'];
  const required = Array.isArray(schema['required']) && schema['required'].length > 0;
  return { requestBody: { required, content: Object.fromEntries(types.map((type) => [type, { schema }])) } };
}

function successContent({ success }: Route, method: string): Json {
  if (method === 'HEAD') return {};
  if (success.bytes) return { content: { [success.bytes]: {} } };
  return success.body ? { content: { 'application/json': { schema: jsonSchema(success.body, 'output') } } } : {};
}

/** One response a status, its codes named. */
function refusals(codes: readonly ProblemCode[]): Json {
  const byStatus = Map.groupBy(codes, (code) => problems[code].status);
  return Object.fromEntries(
    [...byStatus]
      .sort(([a], [b]) => a - b)
      .map(([status, list]) => [
        status,
        {
          description: list.map((code) => `\`${code}\`: ${say(problems[code].title, 'en')}.`).join(' '),
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      ]),
  );
}

/** Transformations have no place in JSON Schema and are left out; what is checked beyond it stands in the field errors. */
export function jsonSchema(schema: GenericSchema, typeMode: 'input' | 'output'): Json {
  const { $schema: _, ...rest } = toJsonSchema(schema, { typeMode, errorMode: 'ignore' }) as Json;
  return rest;
}

const problemSchema = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'code', 'instance'],
  properties: {
    type: { type: 'string', format: 'uri' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    code: { type: 'string', enum: Object.keys(problems) },
    instance: { type: 'string', format: 'uri', description: 'Names this request; quote it when you report a fault.' },
    errors: { type: 'object', additionalProperties: { type: 'array', items: { type: 'string' } } },
    captcha: { type: 'string', description: 'Where there are pictures, where a human check is wanted.' },
    challenge: { type: 'string', description: 'Where there are challenges, where a human check is wanted.' },
  },
};
