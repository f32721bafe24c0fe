import { Answer } from '#lib/http/answer.ts';
import { endpoint } from '#lib/http/endpoint.ts';
import { ssmKeyStore } from '#lib/keys/key-store.ssm.ts';
import { readSettings } from '#lib/settings/parse.ts';
import { jwks } from './contract.ts';

const settings = readSettings();
const keys = ssmKeyStore(settings);

export const handler = endpoint(
  jwks,
  async () => new Answer(await keys.published(), { headers: { 'cache-control': `public, max-age=${settings.KEY_CACHE}` } }),
);
