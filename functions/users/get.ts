import { attributes } from '#attributes.ts';
import { pictureUrl } from '#lib/avatars/picture-url.ts';
import { endpoint } from '#lib/http/endpoint.ts';
import { readSettings } from '#lib/settings.ts';
import { tokenRules } from '#lib/tokens/token-rules.ts';
import { stillThere } from '#lib/users/still-there.ts';
import { dynamoUserStore } from '#lib/users/user-store.dynamo.ts';
import { viewUser } from '#lib/users/user-view.ts';
import { get } from './contract.ts';

const settings = readSettings();
const users = dynamoUserStore(settings);
const { checks } = tokenRules(settings);

export const handler = endpoint(get, async ({ caller, origin }) => {
  const user = stillThere(await users.get(caller.sub), caller, checks);
  return viewUser(user, { attributes, reader: 'self', avatarUrl: (name) => pictureUrl(settings, origin, name) });
});
