import { endpoint } from '#lib/http/endpoint.ts';
import { readSettings } from '#lib/settings/parse.ts';
import { health } from './contract.ts';

readSettings();

export const handler = endpoint(health, async () => ({ status: 'ok' as const }));
