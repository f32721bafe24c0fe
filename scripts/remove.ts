import { type CloudFormationClient, DeleteStackCommand } from '@aws-sdk/client-cloudformation';
import { S3Client } from '@aws-sdk/client-s3';
import { DeleteParameterCommand, paginateGetParametersByPath, SSMClient } from '@aws-sdk/client-ssm';
import { keysPath, readService } from '#local/project.ts';
import { Refusal, runCommand } from '#local/refusal.ts';
import { isPreview } from '../plugins/stage-settings.ts';
import { emptyBucket } from './remove/empty-bucket.ts';
import { type RemoveOptions, readOptions } from './remove/options.ts';
import { whatStays } from './remove/what-stays.ts';
import { finishedStack, stackCalled, withCloudFormation } from './stage/cloudformation.ts';
import { parameterStoreFault } from './stage/parameter-store-fault.ts';
import { resourcesOf, type StackResource } from './stage/stack-resources.ts';
import { refuseUnlessSure } from './users/confirm.ts';

await runCommand(async () => {
  const options = readOptions();
  if (!options) return;
  const { stage, region } = options;
  const name = `${readService().name}-${stage}`;
  const kept = await withCloudFormation(region, async (client) => {
    if (!options.isConfirmed) await askForName(options, name);
    return await removeStack(client, name, region);
  });
  const parameters = await settleParameters(stage, region).catch((error: unknown) => {
    throw parameterStoreFault(error, region);
  });
  const rest = whatStays(kept, parameters, region);
  console.log(rest.length === 0 ? 'Nothing of it stays.' : `This stays. To delete it for ever:\n${rest.join('\n')}`);
});

async function askForName({ stage, region }: RemoveOptions, name: string): Promise<void> {
  await refuseUnlessSure(`the removal of ${name}`, async (terminal) => {
    terminal.tell(`The stack ${name} in ${region} will be deleted, with its tables and pictures.`);
    return (await terminal.ask('The name of the stage: ')).trim() === stage;
  });
}

/** Empties the buckets that go, deletes the stack, and returns what it keeps. A stack that is gone already is fine. */
async function removeStack(client: CloudFormationClient, name: string, region: string): Promise<StackResource[]> {
  const stack = await stackCalled(client, name);
  if (!stack) {
    console.log(`There is no stack ${name} in ${region}.`);
    return [];
  }
  if (stack.EnableTerminationProtection) {
    throw new Refusal(
      `The stack ${name} is protected. First: aws cloudformation update-termination-protection --region ${region} --stack-name ${name} --no-enable-termination-protection`,
    );
  }
  const resources = await resourcesOf(client, name);
  const s3 = new S3Client({ region });
  for (const bucket of resources.filter(({ type, isKept }) => type === 'AWS::S3::Bucket' && !isKept)) {
    console.log(`${bucket.name}: ${await emptyBucket(s3, bucket.name)} objects deleted`);
  }
  s3.destroy();
  const { StackId = name } = stack;
  await client.send(new DeleteStackCommand({ StackName: StackId }));
  const left = await finishedStack(client, StackId);
  if (left) throw new Refusal(`The stack ${name} is not gone: ${left.StackStatus}: ${left.StackStatusReason ?? 'see its events'}`);
  console.log(`The stack ${name} is deleted.`);
  return resources.filter(({ isKept }) => isKept);
}

/** The names of the stage's parameters. Those of a preview are deleted: nobody has tokens of it that should be valid later. */
async function settleParameters(stage: string, region: string): Promise<string[]> {
  const client = new SSMClient({ region });
  const names: string[] = [];
  for await (const { Parameters = [] } of paginateGetParametersByPath({ client }, { Path: keysPath(stage) })) {
    names.push(...Parameters.flatMap(({ Name }) => Name ?? []));
  }
  if (isPreview(stage)) for (const Name of names.splice(0)) await client.send(new DeleteParameterCommand({ Name }));
  client.destroy();
  return names;
}
