import {
  type CloudFormationClient,
  GetTemplateCommand,
  ListStackResourcesCommand,
  type StackResourceSummary,
} from '@aws-sdk/client-cloudformation';

export type StackResource = {
  readonly type: string;
  /** The name or id that AWS knows it by. */
  readonly name: string;
  /** Whether it outlives its stack (DeletionPolicy). */
  readonly isKept: boolean;
};

/** All resources of a stack and of its nested stacks. */
export async function resourcesOf(client: CloudFormationClient, stackName: string): Promise<StackResource[]> {
  const template = await client.send(new GetTemplateCommand({ StackName: stackName, TemplateStage: 'Processed' }));
  const { Resources: declared = {} } = JSON.parse(template.TemplateBody ?? '{}') as {
    Resources?: Record<string, { DeletionPolicy?: string }>;
  };
  const found: StackResource[] = [];
  for (const { LogicalResourceId, ResourceType: type = '', PhysicalResourceId: name } of await summariesOf(client, stackName)) {
    if (!name) continue; // it was never made
    const isKept = /^Retain/.test(declared[LogicalResourceId ?? '']?.DeletionPolicy ?? '');
    found.push({ type, name, isKept });
    if (type === 'AWS::CloudFormation::Stack') {
      const inner = await resourcesOf(client, name);
      found.push(...inner.map((each) => ({ ...each, isKept: isKept || each.isKept })));
    }
  }
  return found;
}

async function summariesOf(client: CloudFormationClient, StackName: string): Promise<StackResourceSummary[]> {
  const found: StackResourceSummary[] = [];
  let NextToken: string | undefined;
  do {
    const page = await client.send(new ListStackResourcesCommand({ StackName, ...(NextToken && { NextToken }) }));
    found.push(...(page.StackResourceSummaries ?? []).filter(({ ResourceStatus }) => ResourceStatus !== 'DELETE_COMPLETE'));
    NextToken = page.NextToken;
  } while (NextToken);
  return found;
}
