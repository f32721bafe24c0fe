import { now } from '#lib/clock.ts';
import { dynamoCodeStore } from '#lib/codes/code-store.dynamo.ts';
import { dynamoEventStore } from '#lib/outbox/event-store.dynamo.ts';
import { ssmLookupSecret } from '#lib/throttle/lookup-secret.ssm.ts';
import { makeResetLink, type ResetLink } from '#lib/transfer/make-reset-link.ts';
import type { User } from '#lib/users/user.ts';
import { type StageTables, withStageTables } from '../stage/stage-tables.ts';
import { aboutNames, findPerson, shortInstant } from './person.ts';
import { subcommand } from './subcommand.ts';

const usage = `Usage: npm run users -- reset-link NAME

Makes a link to choose another password, for you to hand over. It works once, within RESET_LIFETIME, and gives its holder
the account. An earlier link is void. Nothing else changes until it is used. ${aboutNames}
`;

export const makeLink = subcommand({
  usage,
  options: {},
  words: ['NAME'],
  async run({ words: [name = ''], stage, region, isJson }) {
    const { user, link } = await withStageTables(stage, region, async (tables) => {
      const found = await findPerson(tables, name);
      return { user: found, link: await makeResetLink(needsOf(tables), found) };
    });
    if (isJson) console.log(JSON.stringify(asJson(user, link)));
    else for (const line of sentences(user, link)) console.log(line);
  },
});

function needsOf({ settings, client, ssm }: StageTables) {
  return {
    codes: dynamoCodeStore(settings, client),
    events: dynamoEventStore(settings, client),
    lookupSecret: ssmLookupSecret(settings, ssm),
    resetUrl: settings.PASSWORD_RESET_URL,
    linkSeconds: settings.RESET_LIFETIME,
    now,
  };
}

function asJson({ id, username }: User, { token, url, expiresAt }: ResetLink) {
  return { id, username, token, url: url ?? null, expires_at: expiresAt.toISOString() };
}

function sentences({ username, isActive }: User, { token, url, expiresAt }: ResetLink): string[] {
  const way = url ?? `{"token": "${token}", "password": "…", "password_confirmation": "…"}`;
  const how = url
    ? []
    : ['The stage has no page to reset a password (PASSWORD_RESET_URL): send this as the body of POST /password/reset/.'];
  const inactive = isActive ? [] : ['The user is suspended and cannot sign in with it.'];
  return [way, `${username} can choose another password with it until ${shortInstant(expiresAt)}, once.`, ...how, ...inactive];
}
