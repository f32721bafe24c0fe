import { literal, looseObject, object, string } from 'valibot';
import { route } from '#lib/http/route.ts';

export const health = route({
  name: 'health',
  methods: ['GET'],
  path: '/health/',
  summary: 'Check that the service runs',
  access: 'open',
  success: { status: 200, description: 'The service runs.', body: object({ status: literal('ok') }) },
  problems: [],
});

export const openapi = route({
  name: 'openapi',
  methods: ['GET'],
  path: '/openapi.json',
  summary: 'Get this document',
  access: 'open',
  success: { status: 200, description: 'The document.', body: looseObject({ openapi: string() }) },
  problems: [],
});
