import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import {
  type CloudFormationClient,
  DescribeStackDriftDetectionStatusCommand,
  DetectStackDriftCommand,
  paginateDescribeStackResourceDrifts,
} from '@aws-sdk/client-cloudformation';
import { readService } from '#local/project.ts';
import { Refusal, runCommand } from '#local/refusal.ts';
import { withCloudFormation } from './stage/cloudformation.ts';
import { resourcesOf } from './stage/stack-resources.ts';

const usage = `Usage: npm run drift -- --stage <stage> [--region <region>]

Asks CloudFormation whether the resources of a stage still are as its template says. It fails and lists those that somebody has
changed or deleted by hand.`;

await runCommand(async () => {
  const { stage, region } = readOptions();
  const name = `${readService().name}-${stage}`;
  await withCloudFormation(region, async (client) => {
    const nested = (await resourcesOf(client, name)).flatMap((each) => (each.type === 'AWS::CloudFormation::Stack' ? [each.name] : []));
    const lines: string[] = [];
    for (const stack of [name, ...nested]) lines.push(...(await driftOf(client, stack)));
    if (lines.length === 0) return console.log(`The stage ${stage} is as its template says.`);
    throw new Refusal(
      `The stage ${stage} differs from its template. Undo this, or write it into the template:\n${lines.map((line) => `  ${line}`).join('\n')}`,
    );
  });
});

/** A line for each resource of a stack that differs, with the properties. CloudFormation cannot tell for some types; they are left out. */
async function driftOf(client: CloudFormationClient, StackName: string, pauseMs = 3_000): Promise<string[]> {
  const { StackDriftDetectionId } = await client.send(new DetectStackDriftCommand({ StackName }));
  for (;;) {
    const { DetectionStatus, DetectionStatusReason } = await client.send(
      new DescribeStackDriftDetectionStatusCommand({ StackDriftDetectionId }),
    );
    if (DetectionStatus === 'DETECTION_FAILED')
      throw new Refusal(`CloudFormation could not look at all of ${StackName}: ${DetectionStatusReason}`);
    if (DetectionStatus === 'DETECTION_COMPLETE') break;
    await setTimeout(pauseMs);
  }
  const lines: string[] = [];
  const filter = { StackName, StackResourceDriftStatusFilters: ['MODIFIED' as const, 'DELETED' as const] };
  for await (const { StackResourceDrifts = [] } of paginateDescribeStackResourceDrifts({ client }, filter)) {
    for (const { LogicalResourceId, ResourceType, StackResourceDriftStatus, PropertyDifferences = [] } of StackResourceDrifts) {
      const paths = PropertyDifferences.map(({ PropertyPath }) => PropertyPath).join(', ');
      lines.push(`${LogicalResourceId} (${ResourceType}): ${StackResourceDriftStatus}${paths && ` ${paths}`}`);
    }
  }
  return lines;
}

function readOptions(): { stage: string; region: string } {
  try {
    const text = { type: 'string' } as const;
    const { values } = parseArgs({ options: { stage: text, region: text, help: { type: 'boolean', default: false } } });
    if (values.help) {
      console.log(usage);
      process.exit(0);
    }
    if (!values.stage) throw new Error('--stage is missing');
    return { stage: values.stage, region: values.region ?? process.env['AWS_REGION'] ?? readService().region };
  } catch (error) {
    throw new Refusal(`${(error as Error).message}\n\n${usage}`);
  }
}
