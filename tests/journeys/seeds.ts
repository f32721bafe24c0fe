import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SSMClient } from '@aws-sdk/client-ssm';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { ssmKeyStore } from '#lib/keys/key-store.ssm.ts';
import { sessionOpener } from '#lib/sessions/open-session.ts';
import { openingNeeds } from '#lib/sessions/opening-rules.ts';
import { dynamoSessionStore } from '#lib/sessions/session-store.dynamo.ts';
import { parseSettings } from '#lib/settings/parse.ts';
import type { User } from '#lib/users/user.ts';
import { toItem } from '#lib/users/user-item.ts';
import { dynamoUserStore } from '#lib/users/user-store.dynamo.ts';
import { localCredentials } from '#local/emulators/emulator.ts';
import type { Gateway } from '#local/gateway/gateway.ts';
import { madeUser, namesOf, registered } from '../lib/users/made-user.ts';

export type TokenPair = { readonly access: string; readonly refresh: string };
/** A signed-in user; `again` opens another session. */
export type SeededUser = TokenPair & { readonly id: string; readonly again: () => Promise<TokenPair> };
export type RegisteredUser = SeededUser & { readonly user: User };

/** Makes users with a session but without a password. Hashing one is nine tenths of the time. */
export function seedsOf({ endpoints, template }: Gateway, settings: Readonly<Record<string, string>> = {}, clock: () => number = Date.now) {
  const place = { region: template.place.region, credentials: localCredentials };
  const dynamodb = new DynamoDBClient({ endpoint: endpoints.dynamodb, ...place });
  const client = DynamoDBDocumentClient.from(dynamodb, { marshallOptions: { removeUndefinedValues: true } });
  const ssm = new SSMClient({ endpoint: endpoints.ssm, ...place });
  const [fn] = template.ofType<{ Environment: { Variables: Record<string, string> } }>('AWS::Lambda::Function');
  const all = parseSettings({ ...fn?.properties.Environment.Variables, ...settings });
  const adapters = { sessions: dynamoSessionStore(all, client), keys: ssmKeyStore(all, ssm), now: () => new Date(clock()) };
  const open = sessionOpener(openingNeeds(all, {}, 'TOKEN_OBTAIN_SERIALIZER', adapters));

  async function signedInUser(given: Partial<User> = {}): Promise<SeededUser> {
    const user = madeUser(given);
    await client.send(new PutCommand({ TableName: all.USERS_TABLE, Item: toItem(user) }));
    return await signedInAs(user);
  }

  /** A signed-in user with all rows that a registration writes: identifiers, roles and the event. */
  async function registeredUser(given: Partial<User> = {}): Promise<RegisteredUser> {
    const user = madeUser(given);
    const outcome = await dynamoUserStore(all, client).add(user, namesOf(user), registered(user));
    if (outcome !== 'added') throw new Error(`settling failed: ${JSON.stringify(outcome)}`);
    return { ...(await signedInAs(user)), user };
  }

  async function signedInAs(user: User): Promise<SeededUser> {
    const again = async () =>
      await open({ user, client: { address: '192.0.2.1', device: 'a telephone', requestId: 'seed' }, isRemembered: false });
    return { id: user.id, ...(await again()), again };
  }

  return {
    signedInUser,
    registeredUser,
    close() {
      dynamodb.destroy();
      ssm.destroy();
    },
  };
}
