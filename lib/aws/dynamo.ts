import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { withNamedCalls } from './named-calls.ts';

/**
 * The DynamoDB client of this process: three tries, one second to connect, two to answer, so that a table that is slow today
 * becomes a 503 well inside a function's own deadline. Region, credentials and endpoint are the environment's.
 */
export function dynamo(): DynamoDBDocumentClient {
  client ??= make();
  return client;
}

let client: DynamoDBDocumentClient | undefined;

function make(): DynamoDBDocumentClient {
  const plain = new DynamoDBClient({
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 1000, requestTimeout: 2000, throwOnRequestTimeout: true },
  });
  return DynamoDBDocumentClient.from(withNamedCalls(plain), { marshallOptions: { removeUndefinedValues: true } });
}
