import { GetParametersByPathCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterEach, describe, expect, it } from 'vitest';
import { localCredentials } from '#local/emulators/emulator.ts';
import { startParameterStore } from '#local/emulators/parameter-store.ts';
import { CloudFormationRefusal, startCloudFormation } from '../support/cloudformation-model.ts';
import { startVersionedS3 } from '../support/s3-model.ts';
import { localEnvironment, runScript } from './run-script.ts';

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

type Options = { readonly keepData?: boolean; readonly isProtected?: boolean; readonly end?: string; readonly isNested?: boolean };

/** An account with one stage, and `npm run remove` in it. */
async function accountWith(
  stage: string,
  { keepData = false, isProtected = false, end = 'DELETE_COMPLETE', isNested = false }: Options = {},
) {
  const name = `gatehouse-${stage}`;
  const policy = keepData ? 'RetainExceptOnCreate' : 'Delete';
  const template = {
    Resources: {
      MediaBucket: { Type: 'AWS::S3::Bucket', DeletionPolicy: policy },
      UsersTable: { Type: 'AWS::DynamoDB::Table', DeletionPolicy: policy },
      SessionsTable: { Type: 'AWS::DynamoDB::Table' },
      ServerlessDeploymentBucket: { Type: 'AWS::S3::Bucket' },
    },
  };
  const resource = (LogicalResourceId: string, ResourceType: string, PhysicalResourceId: string) => ({
    LogicalResourceId,
    ResourceType,
    PhysicalResourceId,
    ResourceStatus: 'CREATE_COMPLETE',
  });
  const own = [
    resource('MediaBucket', 'AWS::S3::Bucket', `${name}-media`),
    resource('UsersTable', 'AWS::DynamoDB::Table', `${name}-users`),
    resource('SessionsTable', 'AWS::DynamoDB::Table', `${name}-sessions`),
    resource('ServerlessDeploymentBucket', 'AWS::S3::Bucket', `${name}-deployment`),
  ];
  const outer = [resource('DataStack', 'AWS::CloudFormation::Stack', `${name}-data`)];
  let status = 'UPDATE_COMPLETE';
  const cloudFormation = await startCloudFormation({
    DescribeStacks: ({ StackName }) => {
      const isKnown = StackName === 'arn:stack' || (StackName === name && status !== 'DELETE_COMPLETE');
      if (!isKnown) throw new CloudFormationRefusal(`Stack with id ${StackName} does not exist`);
      return { Stacks: [{ StackId: 'arn:stack', StackName: name, StackStatus: status, EnableTerminationProtection: isProtected }] };
    },
    GetTemplate: ({ StackName }) => ({ TemplateBody: JSON.stringify(isNested && StackName === name ? { Resources: {} } : template) }),
    ListStackResources: ({ StackName, NextToken }) => {
      if (isNested && StackName === name) return { StackResourceSummaries: outer };
      return NextToken ? { StackResourceSummaries: own.slice(2) } : { StackResourceSummaries: own.slice(0, 2), NextToken: 'more' };
    },
    DeleteStack: () => {
      status = end;
      return {};
    },
  });
  const s3 = await startVersionedS3({
    [`${name}-media`]: ['avatars/a.webp@v1', 'avatars/a.webp@v2', 'avatars/b.webp@marker1'],
    [`${name}-deployment`]: ['serverless/x.zip@null'],
  });
  const parameters = await startParameterStore();
  stops.push(cloudFormation.stop, s3.stop, parameters.stop);
  const ssm = new SSMClient({ endpoint: parameters.endpoint, region: 'eu-central-1', credentials: localCredentials });
  stops.push(() => ssm.destroy());
  for (const each of ['signing-key', 'lookup-secret']) {
    await ssm.send(new PutParameterCommand({ Name: `/gatehouse/${stage}/${each}`, Value: 'x', Type: 'String' }));
  }
  const environment = {
    ...localEnvironment,
    AWS_ENDPOINT_URL_CLOUDFORMATION: cloudFormation.endpoint,
    AWS_ENDPOINT_URL_S3: s3.endpoint,
    AWS_ENDPOINT_URL_SSM: parameters.endpoint,
  };
  return {
    remove: (...flags: readonly string[]) => runScript('remove', environment, '--stage', stage, ...flags),
    objects: (bucket: string) => s3.objectsIn(`${name}-${bucket}`),
    asked: cloudFormation.asked,
    parameters: async () => (await ssm.send(new GetParametersByPathCommand({ Path: `/gatehouse/${stage}` }))).Parameters?.length,
  };
}

describe('npm run remove', () => {
  it('removes a preview without a question: every version of every picture, the stack, the keys', async () => {
    const { remove, objects, parameters, asked } = await accountWith('pr-12');
    expect(await remove('--yes')).toEqual({
      code: 0,
      output:
        'gatehouse-pr-12-media: 3 objects deleted\ngatehouse-pr-12-deployment: 1 objects deleted\n' +
        'The stack gatehouse-pr-12 is deleted.\nNothing of it stays.\n',
    });
    expect([objects('media'), objects('deployment'), await parameters()]).toEqual([[], [], 0]);
    expect(asked).toContain('DeleteStack');
  });

  it('finds the bucket of a nested stack', async () => {
    const { remove, objects } = await accountWith('pr-12', { isNested: true });
    expect((await remove('--yes')).code).toBe(0);
    expect(objects('media')).toEqual([]);
  });

  it('succeeds a second time, and for a preview that was never deployed', async () => {
    const { remove } = await accountWith('pr-12');
    await remove('--yes');
    expect(await remove('--yes')).toEqual({
      code: 0,
      output: 'There is no stack gatehouse-pr-12 in eu-central-1.\nNothing of it stays.\n',
    });
  });

  it('leaves the keys of other stages, and says how to delete them', async () => {
    const { remove, parameters } = await accountWith('dev');
    const { output } = await remove('--yes');
    expect(output).toContain(
      'aws ssm delete-parameters --region eu-central-1 --names /gatehouse/dev/signing-key /gatehouse/dev/lookup-secret',
    );
    expect(await parameters()).toBe(2);
  });

  it('does nothing without a question or --yes', async () => {
    const { remove, asked, objects } = await accountWith('dev');
    const { code, output } = await remove();
    expect([code, output]).toEqual([1, 'There is no terminal to confirm the removal of gatehouse-dev: give --yes.\n']);
    expect(asked).not.toContain('DeleteStack');
    expect(objects('media')).toHaveLength(3);
  });

  it.each([[[]], [['--yes']]])('refuses a stage that keeps its data (%j)', async (flags) => {
    const { remove, asked } = await accountWith('prod', { keepData: true });
    const { code, output } = await remove(...flags);
    expect([code, output]).toEqual([1, expect.stringContaining('If that is meant: npm run remove -- --stage prod --confirm prod')]);
    expect(asked).toEqual([]);
  });

  it('with the name twice, removes such a stage, and keeps its users and pictures', async () => {
    const { remove, objects } = await accountWith('prod', { keepData: true });
    const { code, output } = await remove('--confirm', 'prod');
    expect(code).toBe(0);
    expect(objects('media')).toHaveLength(3);
    expect(objects('deployment')).toEqual([]);
    expect(output).toContain('aws s3 rb s3://gatehouse-prod-media --force');
    expect(output).toContain(
      'aws dynamodb update-table --region eu-central-1 --table-name gatehouse-prod-users --no-deletion-protection-enabled',
    );
    expect(output).not.toContain('gatehouse-prod-sessions');
  });

  it('refuses a protected stack, and says how to lift that', async () => {
    const { remove, objects } = await accountWith('dev', { isProtected: true });
    expect(await remove('--yes')).toMatchObject({ code: 1, output: expect.stringContaining('--no-enable-termination-protection') });
    expect(objects('media')).toHaveLength(3);
  });

  it('fails if the stack stays', async () => {
    const { remove } = await accountWith('dev', { end: 'DELETE_FAILED' });
    expect(await remove('--yes')).toMatchObject({
      code: 1,
      output: expect.stringContaining('The stack gatehouse-dev is not gone: DELETE_FAILED'),
    });
  });

  it.each([
    [['--yes', '--confirm', 'prod'], '--confirm is prod, and the stage dev'],
    [['--now'], "Unknown option '--now'"],
  ])('%j is refused with advice', async (flags, line) => {
    expect(await runScript('remove', {}, '--stage', 'dev', ...flags)).toMatchObject({ code: 1, output: expect.stringContaining(line) });
  });
});

describe('npm run drift', () => {
  async function drift(pages: readonly object[], status: object = { DetectionStatus: 'DETECTION_COMPLETE' }) {
    const asked: string[] = [];
    const model = await startCloudFormation({
      GetTemplate: () => ({ TemplateBody: '{"Resources":{}}' }),
      ListStackResources: ({ StackName }) =>
        StackName === 'gatehouse-dev'
          ? {
              StackResourceSummaries: [
                {
                  LogicalResourceId: 'DataStack',
                  ResourceType: 'AWS::CloudFormation::Stack',
                  PhysicalResourceId: 'data',
                  ResourceStatus: 'CREATE_COMPLETE',
                },
              ],
            }
          : { StackResourceSummaries: [] },
      DetectStackDrift: ({ StackName = '' }) => {
        asked.push(StackName);
        return { StackDriftDetectionId: 'one' };
      },
      DescribeStackDriftDetectionStatus: () => ({ ...status, StackDriftDetectionId: 'one' }),
      DescribeStackResourceDrifts: ({ StackName, NextToken }) =>
        StackName === 'data'
          ? { StackResourceDrifts: pages[Number(NextToken ?? 0)], NextToken: pages.length > Number(NextToken ?? 0) + 1 ? '1' : undefined }
          : { StackResourceDrifts: [] },
    });
    stops.push(model.stop);
    const environment = { ...localEnvironment, AWS_ENDPOINT_URL_CLOUDFORMATION: model.endpoint };
    return { asked, ...(await runScript('drift', environment, '--stage', 'dev')) };
  }

  it('is content with a stage that is as its template says, nested stacks included', async () => {
    expect(await drift([[]])).toEqual({ asked: ['gatehouse-dev', 'data'], code: 0, output: 'The stage dev is as its template says.\n' });
  });

  it('fails with what somebody has changed or deleted, of all pages', async () => {
    const changed = {
      LogicalResourceId: 'UsersTable',
      ResourceType: 'AWS::DynamoDB::Table',
      StackResourceDriftStatus: 'MODIFIED',
      PropertyDifferences: [{ PropertyPath: '/DeletionProtectionEnabled' }],
    };
    const gone = { LogicalResourceId: 'AlarmTopic', ResourceType: 'AWS::SNS::Topic', StackResourceDriftStatus: 'DELETED' };
    const { code, output } = await drift([[changed], [gone]]);
    expect(code).toBe(1);
    expect(output).toContain(
      '  UsersTable (AWS::DynamoDB::Table): MODIFIED /DeletionProtectionEnabled\n  AlarmTopic (AWS::SNS::Topic): DELETED',
    );
  });

  it('fails if CloudFormation could not look at all', async () => {
    const { code, output } = await drift([[]], { DetectionStatus: 'DETECTION_FAILED', DetectionStatusReason: 'no permission' });
    expect([code, output]).toEqual([1, 'CloudFormation could not look at all of gatehouse-dev: no permission\n']);
  });
});
