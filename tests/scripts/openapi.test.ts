import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { allRoutes } from '../../scripts/openapi/contracts.ts';
import { fieldTexts, pathTexts, queryTexts } from '../../scripts/openapi/field-texts.ts';
import { foldOpenApi } from '../../scripts/openapi/fold.ts';
import { routeTexts } from '../../scripts/openapi/route-texts.ts';

type Operation = { operationId: string; security?: object[]; responses: Record<string, unknown>; requestBody?: unknown };
type Document = { openapi: string; paths: Record<string, Record<string, Operation>>; components: { securitySchemes: object } };

describe('openapi.json', () => {
  test('is what the contracts declare (npm run docs)', async () => {
    const committed = JSON.parse(await readFile(new URL('../../openapi.json', import.meta.url), 'utf8'));
    expect(committed).toEqual(JSON.parse(JSON.stringify(await foldOpenApi())));
  });

  test('has each route with its success, its refusals and its lock', async () => {
    const { openapi, paths } = (await foldOpenApi()) as Document;
    expect(openapi).toBe('3.1.0');
    const routes = await allRoutes();
    expect(routes.length).toBeGreaterThan(15);
    for (const { path, methods, access, success } of routes) {
      for (const method of methods) {
        const operation = paths[path]?.[method.toLowerCase()];
        expect(operation?.responses, `${method} ${path}`).toHaveProperty(String(success.status));
        expect(operation?.responses).toHaveProperty('503');
        expect(operation?.security !== undefined, `${method} ${path}`).toBe(access === 'locked');
        for (const status of access === 'locked' ? ['401', '429'] : []) expect(operation?.responses).toHaveProperty(status); // 429: of HTTP Basic
      }
    }
  });

  test('lists the four ways to authorize a locked route, each with its description', async () => {
    const { paths, components } = (await foldOpenApi()) as Document;
    const ways = Object.values(paths).flatMap((operations) =>
      Object.values(operations).flatMap(({ security }) => (security ? [security] : [])),
    );
    expect(ways.length).toBeGreaterThanOrEqual(10);
    for (const way of ways) expect(way.flatMap(Object.keys)).toEqual(['bearer', 'apiToken', 'basic', 'cookie']);
    expect(Object.keys(components.securitySchemes)).toEqual(['bearer', 'apiToken', 'basic', 'cookie']);
  });

  test('has the query parameters with their bounds', async () => {
    const { paths } = (await foldOpenApi()) as Document & {
      paths: Record<string, { get?: { parameters?: { name: string; in: string }[] } }>;
    };
    const parameters = paths['/users/']?.get?.parameters ?? [];
    expect(parameters.map((each) => `${each.in} ${each.name}`)).toEqual(
      expect.arrayContaining(['query identifier', 'query name__startswith', 'query state', 'query limit', 'query cursor']),
    );
    expect(parameters.find(({ name }) => name === 'state')).toMatchObject({ required: false, schema: { enum: ['active', 'suspended'] } });
  });

  test('describes each route, and no other', async () => {
    const names = (await allRoutes()).map(({ name }) => name);
    expect(Object.keys(routeTexts).sort()).toEqual(names.sort());
  });

  test('uses every text of a field', async () => {
    const document = JSON.stringify(await foldOpenApi());
    const texts = [pathTexts, queryTexts, fieldTexts].flatMap((each) => Object.values(each));
    const isUsed = (text: string) => document.includes(JSON.stringify({ description: text }).slice(1, -1));
    expect(texts.filter((text) => !isUsed(text))).toEqual([]);
    expect(isUsed('A text of no field.')).toBe(false);
  });

  test('gives each operation its own id', async () => {
    const { paths } = (await foldOpenApi()) as Document;
    const names = Object.values(paths).flatMap((operations) => Object.values(operations).map(({ operationId }) => operationId));
    expect(new Set(names).size).toBe(names.length);
  });
});
