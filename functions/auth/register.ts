import { attributes } from '#attributes.ts';
import { pictureUrl } from '#lib/avatars/picture-url.ts';
import { now } from '#lib/clock.ts';
import { dynamoCodeStore } from '#lib/codes/code-store.dynamo.ts';
import { Answer } from '#lib/http/answer.ts';
import { endpoint } from '#lib/http/endpoint.ts';
import { guard } from '#lib/human/guard.ts';
import { dynamoProofStore } from '#lib/human/proof-store.dynamo.ts';
import { isCommonPassword } from '#lib/passwords/common-passwords.ts';
import { readSettings } from '#lib/settings/parse.ts';
import { registrationRules } from '#lib/sign-in/account-rules.ts';
import { dynamoCounterStore } from '#lib/throttle/counter-store.dynamo.ts';
import { ssmLookupSecret } from '#lib/throttle/lookup-secret.ssm.ts';
import { dynamoAddressStore } from '#lib/users/address-store.dynamo.ts';
import { register } from '#lib/users/register.ts';
import { dynamoUserStore } from '#lib/users/user-store.dynamo.ts';
import { viewUser } from '#lib/users/user-view.ts';
import { register as route } from './contract.ts';

const settings = readSettings();
const stores = { users: dynamoUserStore(settings), counters: dynamoCounterStore(settings), proofs: dynamoProofStore(settings) };
const own = { codes: dynamoCodeStore(settings), addresses: dynamoAddressStore(settings), lookupSecret: ssmLookupSecret(settings), now };
const guards = guard(settings, 'HUMAN_CHECK_REGISTER', { ...stores, ...own });
const rules = registrationRules(settings, { ...own, ...guards });

export const handler = endpoint(route, async ({ body, client, origin }) => {
  const user = await register({ ...rules, ...stores, ...guards, isCommonPassword, now }, body, client);
  const view = viewUser(user, { attributes, reader: 'self', avatarUrl: (name) => pictureUrl(settings, origin, name) });
  return new Answer(view, { headers: { location: `${settings.API_PREFIX}/users/${user.id}/` } });
});
