import { type DynamoDBDocumentClient, PutCommand, paginateScan } from '@aws-sdk/lib-dynamodb';
import { dynamo } from '#lib/aws/dynamo.ts';
import { epochSeconds } from '#lib/duration.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import type { Letter } from './letter.ts';
import type { LetterStore } from './letter-store.ts';

const keptSeconds = 86_400;
const most = 100;

/**
 * Kept letters in the short-lived table of a developer's machine; the table is small enough to scan.
 *
 * | attribute | | |
 * |---|---|---|
 * | `key` | key | `letter#<id of the message>` |
 * | `letter` | | the letter as JSON |
 * | `kept_at` | | ISO 8601 |
 * | `expires_at` | TTL | a day after `kept_at`, in seconds since 1970 |
 */
export function dynamoLetterStore(
  { SHORT_LIVED_TABLE: table }: Pick<Settings, 'SHORT_LIVED_TABLE'>,
  client: DynamoDBDocumentClient = dynamo(),
): LetterStore {
  return {
    async keep({ letter, keptAt }) {
      const Item = {
        key: `letter#${letter.id}`,
        letter: JSON.stringify(letter),
        kept_at: keptAt.toISOString(),
        expires_at: epochSeconds(keptAt) + keptSeconds,
      };
      await client.send(new PutCommand({ TableName: table, Item }));
    },

    async newest() {
      const pages = paginateScan(
        { client },
        {
          TableName: table,
          ConsistentRead: true,
          FilterExpression: 'begins_with(#key, :letter)',
          ExpressionAttributeNames: { '#key': 'key' },
          ExpressionAttributeValues: { ':letter': 'letter#' },
        },
      );
      const rows = (await Array.fromAsync(pages)).flatMap(({ Items = [] }) => Items);
      return rows
        .map(({ letter, kept_at }) => ({ letter: letterFrom(letter), keptAt: new Date(kept_at) }))
        .sort((one, other) => other.keptAt.getTime() - one.keptAt.getTime())
        .slice(0, most);
    },
  };
}

function letterFrom(text: string): Letter {
  const letter = JSON.parse(text);
  return { ...letter, expiresAt: new Date(letter.expiresAt) };
}
