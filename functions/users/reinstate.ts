import { attributes } from '#attributes.ts';
import { now } from '#lib/clock.ts';
import { endpoint } from '#lib/http/endpoint.ts';
import { readSettings } from '#lib/settings/parse.ts';
import { tokenRules } from '#lib/tokens/token-rules.ts';
import { dynamoChangeStore } from '#lib/users/change-store.dynamo.ts';
import { judgeOf } from '#lib/users/judge.ts';
import { userShown } from '#lib/users/show-user.ts';
import { reinstateUser } from '#lib/users/suspend-user.ts';
import { dynamoUserReader } from '#lib/users/user-reader.dynamo.ts';
import { reinstate } from './contract.ts';

const settings = readSettings();
const needs = { reader: dynamoUserReader(settings), changes: dynamoChangeStore(settings), rules: tokenRules(settings), now };
const shown = userShown(settings, attributes);

export const handler = endpoint(
  reinstate,
  async ({ judged, origin }) => shown({ ...judged, user: await reinstateUser(needs, judged) }, origin),
  judgeOf(needs, reinstate.judged),
);
