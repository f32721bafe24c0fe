import { Answer } from '#lib/http/answer.ts';
import { endpoint } from '#lib/http/endpoint.ts';
import { readSettings } from '#lib/settings/parse.ts';
import document from '#openapi.json' with { type: 'json' };
import { openapi } from './contract.ts';

const settings = readSettings();
const served = { ...document, servers: [{ url: `${settings.PUBLIC_URL}${settings.API_PREFIX}` || '/' }] };

export const handler = endpoint(openapi, async () => new Answer(served, { headers: { 'cache-control': 'public, max-age=300' } }));
