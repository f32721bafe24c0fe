import { hasJava } from '#local/emulators/dynamo.ts';
import { dynamoLocalHome, fetchDynamoLocal } from '#local/emulators/dynamo-local.ts';
import { runCommand } from '#local/refusal.ts';

/**
 * `npm test` begins with this. If Java is installed, stores are also tested on AWS's own DynamoDB Local, which is
 * fetched once. Without a network it tells what is not tested; on CI that is a failure.
 */
await runCommand(async () => {
  if (dynamoLocalHome() || !hasJava()) return;
  console.log('Fetching DynamoDB Local (57 MB), on which stores are tested beside dynoxide. It is kept in .build.');
  try {
    await fetchDynamoLocal();
  } catch (error) {
    if (process.env['CI']) throw error;
    console.warn(`${(error as Error).message}\nskipped: the store tests on DynamoDB Local`);
  }
});
