import { pictureUrl } from '#lib/avatars/picture-url.ts';
import { endpoint } from '#lib/http/endpoint.ts';
import { Problem } from '#lib/problem.ts';
import { readSettings } from '#lib/settings.ts';
import { demandOwn } from '#lib/users/own-record.ts';
import { dynamoUserStore } from '#lib/users/user-store.dynamo.ts';
import { viewUser } from '#lib/users/user-view.ts';
import { get } from './contract.ts';

const settings = readSettings();
const users = dynamoUserStore(settings);

export const handler = endpoint(get, async ({ caller, params, origin }) => {
  const user = await users.get(demandOwn(caller, params['id']));
  if (!user) throw new Problem('user_not_found', { reason: 'gone since the authorizer looked' });
  return viewUser(user, (name) => pictureUrl(settings, origin, name));
});
