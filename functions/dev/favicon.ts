import { Answer } from '#lib/http/answer.ts';
import { endpoint } from '#lib/http/endpoint.ts';
import { gateIcon, gateIconHeaders } from '#lib/laptop/gate-icon.ts';
import { readLocalSettings } from '#lib/laptop/local-settings.ts';
import { favicon } from './contract.ts';

readLocalSettings();

export const handler = endpoint(favicon, async () => new Answer<never>(Buffer.from(gateIcon), { headers: gateIconHeaders }));
