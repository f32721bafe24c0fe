import { literal, looseObject, object, string } from 'valibot';
import { route } from '#lib/http/route.ts';

export const health = route({
  name: 'health',
  methods: ['GET'],
  path: '/health/',
  summary: 'Say that the service runs; nothing behind it is asked.',
  access: 'open',
  success: { status: 200, description: 'It runs.', body: object({ status: literal('ok') }) },
  problems: [],
});

export const openapi = route({
  name: 'openapi',
  methods: ['GET'],
  path: '/openapi.json',
  summary: 'This description (OpenAPI 3.1).',
  access: 'open',
  success: { status: 200, description: 'The document.', body: looseObject({ openapi: string() }) },
  problems: [],
});
