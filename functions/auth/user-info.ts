import { pictureUrl } from '#lib/avatars/picture-url.ts';
import { endpoint } from '#lib/http/endpoint.ts';
import { Problem } from '#lib/problem.ts';
import { readSettings } from '#lib/settings.ts';
import { viewUserInfo } from '#lib/users/user-info-view.ts';
import { dynamoUserStore } from '#lib/users/user-store.dynamo.ts';
import { userInfo } from './contract.ts';

const settings = readSettings();
const users = dynamoUserStore(settings);

export const handler = endpoint(userInfo, async ({ caller, origin }) => {
  const user = await users.get(caller.sub);
  if (!user) throw new Problem('user_not_found', { reason: 'gone since the authorizer looked' });
  return viewUserInfo(user, (name) => pictureUrl(settings, origin, name));
});
