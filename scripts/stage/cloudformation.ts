import { setTimeout } from 'node:timers/promises';
import { CloudFormationClient, DescribeStacksCommand, type Stack } from '@aws-sdk/client-cloudformation';
import { Refusal } from '#local/refusal.ts';
import { missingCredentials } from './credentials.ts';

/** Lets some work use CloudFormation in a region. Its refusals become a Refusal in one line. */
export async function withCloudFormation<T>(region: string, work: (client: CloudFormationClient) => Promise<T>): Promise<T> {
  const client = new CloudFormationClient({ region });
  try {
    return await work(client);
  } catch (error) {
    if (!(error instanceof Error) || error instanceof Refusal) throw error;
    const isOfAws = '$metadata' in error || error.name.endsWith('ProviderError');
    if (!isOfAws) throw error;
    throw missingCredentials(error) ?? new Refusal(`CloudFormation in ${region} refused the call: ${error.name}: ${error.message}`);
  } finally {
    client.destroy();
  }
}

/** The stack of a name or id, or undefined if there is none. */
export async function stackCalled(client: CloudFormationClient, name: string): Promise<Stack | undefined> {
  try {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: name }));
    return Stacks[0];
  } catch (error) {
    if (error instanceof Error && /does not exist/.test(error.message)) return undefined;
    throw error;
  }
}

/** The stack after CloudFormation has finished with it, or undefined if it is gone. `pauseMs` lies between two looks. */
export async function finishedStack(client: CloudFormationClient, id: string, pauseMs = 3_000): Promise<Stack | undefined> {
  for (;;) {
    const stack = await stackCalled(client, id);
    const { StackStatus: status = '' } = stack ?? {};
    if (!stack || status === 'DELETE_COMPLETE') return undefined;
    if (!status.endsWith('_IN_PROGRESS')) return stack;
    await setTimeout(pauseMs);
  }
}

/** The value of an output of a stack. */
export const outputOf = (stack: Stack, name: string): string | undefined =>
  stack.Outputs?.find(({ OutputKey }) => OutputKey === name)?.OutputValue;
