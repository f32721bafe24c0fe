import { attributes } from '#attributes.ts';
import { now } from '#lib/clock.ts';
import { endpoint } from '#lib/http/endpoint.ts';
import { ifMatch } from '#lib/http/if-match.ts';
import { dynamoSessionStore } from '#lib/sessions/session-store.dynamo.ts';
import { readSettings } from '#lib/settings/parse.ts';
import { dynamoCounterStore } from '#lib/throttle/counter-store.dynamo.ts';
import { ssmLookupSecret } from '#lib/throttle/lookup-secret.ssm.ts';
import { requestLimits } from '#lib/throttle/request-limits.ts';
import { dynamoAddressStore } from '#lib/users/address-store.dynamo.ts';
import { dynamoChangeStore } from '#lib/users/change-store.dynamo.ts';
import { judgeOf } from '#lib/users/judge.ts';
import { profileRules } from '#lib/users/profile-rules.ts';
import { userShown } from '#lib/users/show-user.ts';
import { updateProfile } from '#lib/users/update-profile.ts';
import { dynamoUserReader } from '#lib/users/user-reader.dynamo.ts';
import { replace } from './contract.ts';

const settings = readSettings();
const needs = {
  reader: dynamoUserReader(settings),
  changes: dynamoChangeStore(settings),
  sessions: dynamoSessionStore(settings),
  addresses: dynamoAddressStore(settings),
  declared: attributes,
  now,
  ...profileRules(settings, { lookupSecret: ssmLookupSecret(settings), counters: dynamoCounterStore(settings), now }),
};
const limits = requestLimits(replace.name, settings, {
  counters: dynamoCounterStore(settings),
  lookupSecret: ssmLookupSecret(settings),
  now,
});
const judge = limits.judge(judgeOf(needs, replace.judged));

export const handler = endpoint(
  replace,
  async ({ judged, body, header, origin, caller, client, language }) => {
    const how = { precondition: ifMatch(header('if-match')), isWhole: true, caller, client, language };
    return userShown(settings, attributes)({ ...judged, user: await updateProfile(needs, judged, body, how) }, origin);
  },
  judge,
);
