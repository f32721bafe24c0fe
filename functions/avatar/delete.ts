import { s3PictureStore } from '#lib/avatars/picture-store.s3.ts';
import { removeAvatar } from '#lib/avatars/remove-avatar.ts';
import { now } from '#lib/clock.ts';
import { endpoint } from '#lib/http/endpoint.ts';
import { readSettings } from '#lib/settings/parse.ts';
import { dynamoCounterStore } from '#lib/throttle/counter-store.dynamo.ts';
import { ssmLookupSecret } from '#lib/throttle/lookup-secret.ssm.ts';
import { requestLimits } from '#lib/throttle/request-limits.ts';
import { dynamoUserStore } from '#lib/users/user-store.dynamo.ts';
import { remove } from './contract.ts';

const settings = readSettings();
const needs = { pictures: s3PictureStore(settings), users: dynamoUserStore(settings) };
const limits = requestLimits(remove.name, settings, {
  counters: dynamoCounterStore(settings),
  lookupSecret: ssmLookupSecret(settings),
  now,
});

export const handler = endpoint(remove, async ({ caller, client }) => {
  await limits.count(caller, client);
  await removeAvatar(needs, caller.sub);
});
