import { attributes } from '#attributes.ts';
import { pictureUrl } from '#lib/avatars/picture-url.ts';
import { now } from '#lib/clock.ts';
import { endpoint } from '#lib/http/endpoint.ts';
import { readSettings } from '#lib/settings/parse.ts';
import { dynamoCounterStore } from '#lib/throttle/counter-store.dynamo.ts';
import { ssmLookupSecret } from '#lib/throttle/lookup-secret.ssm.ts';
import { requestLimits } from '#lib/throttle/request-limits.ts';
import { tokenRules } from '#lib/tokens/token-rules.ts';
import { dynamoDirectoryStore } from '#lib/users/directory-store.dynamo.ts';
import { judgeOfAll } from '#lib/users/judge.ts';
import { listUsers } from '#lib/users/list-users.ts';
import { dynamoUserReader } from '#lib/users/user-reader.dynamo.ts';
import { viewUser } from '#lib/users/user-view.ts';
import { list } from './contract.ts';

const settings = readSettings();
const needs = {
  reader: dynamoUserReader(settings),
  directory: dynamoDirectoryStore(settings),
  rules: tokenRules(settings),
  lookupSecret: ssmLookupSecret(settings),
  region: settings.DEFAULT_REGION,
  now,
};
const limits = requestLimits(list.name, settings, { counters: dynamoCounterStore(settings), lookupSecret: ssmLookupSecret(settings), now });
const judge = limits.judge(judgeOfAll(needs, list.judged));

export const handler = endpoint(
  list,
  async ({ query, origin }) => {
    const { users, next } = await listUsers(needs, query);
    const view = { attributes, reader: 'staff', avatarUrl: (name: string) => pictureUrl(settings, origin, name) } as const;
    return { results: users.map((user) => viewUser(user, view)), next };
  },
  judge,
);
