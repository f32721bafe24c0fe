import { pictureUrl } from '#lib/avatars/picture-url.ts';
import { endpoint } from '#lib/http/endpoint.ts';
import { readSettings } from '#lib/settings/parse.ts';
import { tokenRules } from '#lib/tokens/token-rules.ts';
import { stillThere } from '#lib/users/still-there.ts';
import { viewUserInfo } from '#lib/users/user-info-view.ts';
import { dynamoUserStore } from '#lib/users/user-store.dynamo.ts';
import { userInfo } from './contract.ts';

const settings = readSettings();
const users = dynamoUserStore(settings);
const { checks } = tokenRules(settings);

export const handler = endpoint(userInfo, async ({ caller, origin }) => {
  const user = stillThere(await users.get(caller.sub), caller, checks);
  return viewUserInfo(user, (name) => pictureUrl(settings, origin, name));
});
