import { beforeAll, describe, expect, it } from 'vitest';
import { auditedTypes } from '#lib/outbox/event-types.ts';
import { writeAlarmsTo } from '../../plugins/alarms.ts';
import { faultsOf } from './cloudformation.ts';
import { deployedStages, type PackagedTemplate, type Properties, packagedTemplate } from './packaged-template.ts';
import { ofType, roleByFunction } from './privileges.ts';

const readingActions = ['dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:DescribeStream', 'dynamodb:ListStreams'];

describe.each(deployedStages)('the stream readers of stage %s', (stage) => {
  let packaged: PackagedTemplate;
  let mappings: Properties[];
  const functionOf = ({ FunctionName }: Properties): string => FunctionName['Fn::GetAtt'][0];

  beforeAll(async () => {
    packaged = await packagedTemplate(stage);
    mappings = packaged.all('AWS::Lambda::EventSourceMapping');
  });

  it('are at most two per table, because more are throttled (DynamoDB: "Readers of a shard")', () => {
    const tables = mappings.map(({ EventSourceArn }) => EventSourceArn['Fn::GetAtt'].join());
    expect(tables.length).toBeGreaterThan(0);
    for (const table of tables) expect(tables.filter((each) => each === table).length, table).toBeLessThanOrEqual(2);
  });

  it('give up a record after some tries, keep it as a dead letter, and are invoked for new rows only', () => {
    for (const mapping of mappings) {
      expect(mapping, functionOf(mapping)).toMatchObject({
        Enabled: true,
        StartingPosition: 'TRIM_HORIZON',
        BisectBatchOnFunctionError: true,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
      });
      expect(mapping['MaximumRetryAttempts']).toBeGreaterThan(2);
      expect(mapping['MaximumRetryAttempts']).toBeLessThan(20);
      expect(mapping['MaximumRecordAgeInSeconds']).toBeLessThan(86_400);
      expect(packaged.one(mapping['DestinationConfig'].OnFailure.Destination['Fn::GetAtt'][0]).Type).toBe('AWS::SQS::Queue');
      for (const { Pattern } of mapping['FilterCriteria'].Filters) expect(JSON.parse(Pattern)).toMatchObject({ eventName: ['INSERT'] });
    }
  });

  it('alone may read the stream and write dead letters', () => {
    const readers = ofType(packaged.template, 'AWS::IAM::Role').flatMap(([id, { Properties: role }]) => {
      const statements = (role as Properties)['Policies'].flatMap(({ PolicyDocument }: Properties) => PolicyDocument['Statement']);
      const actions = statements
        .flatMap(({ Action }: Properties) => Action)
        .filter((each: string) => /Stream|Records|Shard|sqs:/.test(each));
      return actions.some((each: string) => !each.startsWith('logs:'))
        ? [[id, actions.filter((each: string) => !each.startsWith('logs:')).sort()]]
        : [];
    });
    const roles = mappings.map((mapping) => roleByFunction(packaged.template)[functionOf(mapping)]);
    expect(readers.map(([id]) => id).sort()).toEqual(roles.sort());
    for (const [, actions] of readers) expect(actions).toEqual([...readingActions, 'sqs:SendMessage'].sort());
  });

  it('have alarms for dead letters and for delay, and both reach the topic', () => {
    const alarms = packaged.all('AWS::CloudWatch::Alarm');
    for (const { AlarmActions, TreatMissingData } of alarms)
      expect([AlarmActions, TreatMissingData]).toEqual([[{ Ref: 'AlarmTopic' }], 'notBreaching']);
    const watched = alarms.flatMap(({ MetricName, Dimensions = [] }) =>
      Dimensions.map(({ Value }: Properties) => `${MetricName} ${Value.Ref ?? Value['Fn::GetAtt']?.[0] ?? Value}`),
    );
    for (const mapping of mappings) {
      expect(watched).toContain(`IteratorAge ${functionOf(mapping)}`);
      expect(watched).toContain(
        `ApproximateNumberOfMessagesVisible ${mapping['DestinationConfig'].OnFailure.Destination['Fn::GetAtt'][0]}`,
      );
    }
  });

  it('keep dead letters encrypted for two weeks, over TLS only', () => {
    for (const queue of packaged.all('AWS::SQS::Queue')) {
      expect(queue).toMatchObject({ MessageRetentionPeriod: 1_209_600, SqsManagedSseEnabled: true });
    }
    const denial = { Effect: 'Deny', Principal: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } };
    const policies = [...packaged.all('AWS::SQS::QueuePolicy'), ...packaged.all('AWS::SNS::TopicPolicy')];
    expect(policies).toHaveLength(2);
    for (const { PolicyDocument } of policies) expect(PolicyDocument.Statement).toContainEqual(expect.objectContaining(denial));
  });

  it('notify only the address that the stage names', () => {
    expect(packaged.one('AlarmTopic').Properties['Subscription']).toBeUndefined();
    const resources = structuredClone(packaged.template.Resources) as Parameters<typeof writeAlarmsTo>[0];
    writeAlarmsTo(resources, 'night@example.com');
    expect(resources['AlarmTopic']?.Properties['Subscription']).toEqual([{ Protocol: 'email', Endpoint: 'night@example.com' }]);
    expect(faultsOf({ Resources: resources })).toEqual([]);
  });

  it('are invoked for exactly the types that a function handles', () => {
    const mapping = mappings.find((each) => functionOf(each) === 'OutboxFollowUpLambdaFunction');
    const patterns: Properties[] = mapping?.['FilterCriteria'].Filters.map(({ Pattern }: Properties) =>
      JSON.parse(Pattern as unknown as string),
    );
    expect(patterns).toEqual([{ eventName: ['INSERT'], dynamodb: { NewImage: { type: { S: [...auditedTypes] } } } }]);
  });
});
