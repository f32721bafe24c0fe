import { hooks } from '#hooks.ts';
import { Answer } from '#lib/http/answer.ts';
import { endpoint } from '#lib/http/endpoint.ts';
import { ssmKeyStore } from '#lib/keys/key-store.ssm.ts';
import { readSettings } from '#lib/settings/parse.ts';
import { discovery } from '#lib/tokens/discovery.ts';
import { openidConfiguration } from './contract.ts';

const settings = readSettings();
const claims = Object.keys(hooks.CLAIMS?.schema.entries ?? {});
const keys = ssmKeyStore(settings);

export const handler = endpoint(openidConfiguration, async ({ origin }) => {
  const body = discovery(settings, origin, await keys.published(), claims);
  return new Answer(body, { headers: { 'cache-control': 'public, max-age=300' } });
});
