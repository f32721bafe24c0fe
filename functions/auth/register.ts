import { attributes } from '#attributes.ts';
import { pictureUrl } from '#lib/avatars/picture-url.ts';
import { now } from '#lib/clock.ts';
import { Answer } from '#lib/http/answer.ts';
import { endpoint } from '#lib/http/endpoint.ts';
import { isCommonPassword } from '#lib/passwords/common-passwords.ts';
import { readSettings } from '#lib/settings.ts';
import { dynamoCounterStore } from '#lib/throttle/counter-store.dynamo.ts';
import { ssmLookupSecret } from '#lib/throttle/lookup-secret.ssm.ts';
import { throttle } from '#lib/throttle/throttle.ts';
import { registrationRules } from '#lib/users/account-rules.ts';
import { register } from '#lib/users/register.ts';
import { dynamoUserStore } from '#lib/users/user-store.dynamo.ts';
import { viewUser } from '#lib/users/user-view.ts';
import { register as route } from './contract.ts';

const settings = readSettings();
const needs = {
  ...registrationRules(settings),
  users: dynamoUserStore(settings),
  throttle: throttle({ lookupSecret: ssmLookupSecret(settings), counters: dynamoCounterStore(settings), now }),
  isCommonPassword,
  now,
};

export const handler = endpoint(route, async ({ body, client, origin }) => {
  const user = await register(needs, body, client);
  const view = viewUser(user, { attributes, reader: 'self', avatarUrl: (name) => pictureUrl(settings, origin, name) });
  return new Answer(view, { headers: { location: `${settings.API_PREFIX}/users/${user.id}/` } });
});
