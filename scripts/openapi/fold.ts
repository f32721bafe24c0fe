import { readFile } from 'node:fs/promises';
import { toJsonSchema } from '@valibot/to-json-schema';
import type { GenericSchema } from 'valibot';
import { problemsOf, type Route } from '#lib/http/route.ts';
import { type ProblemCode, problems } from '#lib/problem.ts';
import { accessCookie } from '#lib/tokens/access-cookie.ts';
import { say } from '#lib/wording.ts';
import { allRoutes } from './contracts.ts';
import { fieldTexts, pathTexts, queryTexts } from './field-texts.ts';
import { routeTexts } from './route-texts.ts';

type Json = Record<string, unknown>;

/** The OpenAPI 3.1 document of all contracts. It says nothing that the contracts and the texts beside this file do not say. */
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
        'A body may be JSON, urlencoded or multipart. Errors are RFC 9457 problem details in English or Chinese (`Accept-Language`).',
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
          description: '`Token gth_…`, if `AUTH_HEADER_TYPES` of the stage has `Token`.',
        },
        basic: { type: 'http', scheme: 'basic', description: 'If `AUTH_HEADER_TYPES` of the stage has `Basic`.' },
        cookie: {
          type: 'apiKey',
          in: 'cookie',
          name: accessCookie,
          description: 'If the stage has `AUTH_COOKIES`. Unsafe methods need an `Origin` that is the same or allowed.',
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
    description: pathTexts[name ?? ''],
    schema: { type: 'string' },
  }));
  const parameters = [...inPath, ...queryParameters(route)];
  return {
    operationId: route.methods.length > 1 ? `${route.name}${method === route.methods[0] ? '' : method}` : route.name,
    summary: route.summary,
    description: routeTexts[route.name],
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
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    description: queryTexts[name],
    schema,
  }));
}

function requestBody({ name, body, file }: Route): Json {
  if (file) {
    const schema = {
      type: 'object',
      required: [file.field],
      properties: { [file.field]: { type: 'string', contentMediaType: 'image/*', description: `At most ${file.maxBytes} bytes.` } },
    };
    return { requestBody: { required: true, content: { 'multipart/form-data': { schema } } } };
  }
  if (!body) return {};
  const schema = described(jsonSchema(body, 'input'), name) as Json;
  const types = ['application/json', 'application/x-www-form-urlencoded', 'multipart/form-data'];
  const required = Array.isArray(schema['required']) && schema['required'].length > 0;
  return { requestBody: { required, content: Object.fromEntries(types.map((type) => [type, { schema }])) } };
}

function successContent({ name, success }: Route, method: string): Json {
  if (method === 'HEAD') return {};
  if (success.bytes) return { content: { [success.bytes]: {} } };
  return success.body ? { content: { 'application/json': { schema: described(jsonSchema(success.body, 'output'), name) } } } : {};
}

/** One response per status, with its codes in the description. */
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

/** JSON Schema cannot express transformations and some checks; they are left out. */
export function jsonSchema(schema: GenericSchema, typeMode: 'input' | 'output'): Json {
  const { $schema: _, ...rest } = toJsonSchema(schema, { typeMode, errorMode: 'ignore' }) as Json;
  return rest;
}

/** The same schema with a description on every field that has a text. The fields of `attributes` belong to the project and stay as they are. */
function described(schema: unknown, operation: string): unknown {
  if (Array.isArray(schema)) return schema.map((each) => described(each, operation));
  if (typeof schema !== 'object' || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [
      key,
      key === 'properties' ? describedFields(value, operation) : described(value, operation),
    ]),
  );
}

function describedFields(fields: Json, operation: string): Json {
  const entries = Object.entries(fields).map(([name, field]) => {
    const description = fieldTexts[`${operation}.${name}`] ?? fieldTexts[name];
    return [name, { ...((name === 'attributes' ? field : described(field, operation)) as Json), ...(description && { description }) }];
  });
  return Object.fromEntries(entries);
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
    instance: { type: 'string', format: 'uri', description: 'Identifies the request. Quote it when you report a fault.' },
    errors: { type: 'object', additionalProperties: { type: 'array', items: { type: 'string' } } },
    captcha: { type: 'string', description: 'The URL of the pictures, if a human check is required.' },
    challenge: { type: 'string', description: 'The URL of the challenges, if a human check is required.' },
  },
};
