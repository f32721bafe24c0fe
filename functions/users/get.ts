import { attributes } from '#attributes.ts';
import { endpoint } from '#lib/http/endpoint.ts';
import { readSettings } from '#lib/settings/parse.ts';
import { tokenRules } from '#lib/tokens/token-rules.ts';
import { judgeOf } from '#lib/users/judge.ts';
import { dynamoPeopleStore } from '#lib/users/people-store.dynamo.ts';
import { userShown } from '#lib/users/show-user.ts';
import { get } from './contract.ts';

const settings = readSettings();
const needs = { people: dynamoPeopleStore(settings), rules: tokenRules(settings) };
const shown = userShown(settings, attributes);

export const handler = endpoint(get, async ({ judged, origin }) => shown(judged, origin), judgeOf(needs, get.judged));
