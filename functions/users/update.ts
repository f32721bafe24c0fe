import { attributes } from '#attributes.ts';
import { now } from '#lib/clock.ts';
import { endpoint } from '#lib/http/endpoint.ts';
import { ifMatch } from '#lib/http/if-match.ts';
import { readSettings } from '#lib/settings.ts';
import { tokenRules } from '#lib/tokens/token-rules.ts';
import { dynamoChangeStore } from '#lib/users/change-store.dynamo.ts';
import { judgeOf } from '#lib/users/judge.ts';
import { nameRules } from '#lib/users/name-rules.ts';
import { dynamoPeopleStore } from '#lib/users/people-store.dynamo.ts';
import { userShown } from '#lib/users/show-user.ts';
import { updateProfile } from '#lib/users/update-profile.ts';
import { update } from './contract.ts';

const settings = readSettings();
const stores = { people: dynamoPeopleStore(settings), changes: dynamoChangeStore(settings) };
const needs = { ...nameRules(settings), ...stores, rules: tokenRules(settings), declared: attributes, now };
const shown = userShown(settings, attributes);

export const handler = endpoint(
  update,
  async ({ judged, body, header, origin }) => {
    const how = { precondition: ifMatch(header('if-match')), isWhole: false };
    return shown({ ...judged, user: await updateProfile(needs, judged, body, how) }, origin);
  },
  judgeOf(needs, update.judged),
);
