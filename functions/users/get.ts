import { attributes } from '#attributes.ts';
import { endpoint } from '#lib/http/endpoint.ts';
import { readSettings } from '#lib/settings/parse.ts';
import { tokenRules } from '#lib/tokens/token-rules.ts';
import { judgeOf } from '#lib/users/judge.ts';
import { userShown } from '#lib/users/show-user.ts';
import { dynamoUserReader } from '#lib/users/user-reader.dynamo.ts';
import { get } from './contract.ts';

const settings = readSettings();
const needs = { reader: dynamoUserReader(settings), rules: tokenRules(settings) };
const shown = userShown(settings, attributes);

export const handler = endpoint(get, async ({ judged, origin }) => shown(judged, origin), judgeOf(needs, get.judged));
