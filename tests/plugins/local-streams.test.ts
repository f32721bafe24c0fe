import { expect, test } from 'vitest';
import { localMappings } from '../../plugins/local-streams.ts';

const place = { service: 'gatehouse', stage: 'local' };
const resources = { OutboxTable: { Type: 'AWS::DynamoDB::Table', Properties: { TableName: 'gatehouse-local-outbox' } } };
const arn = { 'Fn::GetAtt': ['OutboxTable', 'StreamArn'] };

test('a function reads its stream on a laptop as it is declared, under the names there, and its dead letters go to the log', () => {
  const stream = {
    type: 'dynamodb',
    arn,
    batchSize: 7,
    parallelizationFactor: 3,
    bisectBatchOnFunctionError: true,
    functionResponseType: 'ReportBatchItemFailures',
    maximumRetryAttempts: 4,
    maximumRecordAgeInSeconds: 60,
    startingPosition: 'LATEST',
    filterPatterns: [{ eventName: ['INSERT'] }],
  };
  const functions = {
    health: { handler: 'x', events: [{ httpApi: { method: 'GET', path: '/health/' } }] },
    worker: { handler: 'y', events: [{ stream }] },
  };
  const [only, ...more] = localMappings(functions, resources, place);
  expect(more).toEqual([]);
  expect(only).toMatchObject({
    table: 'gatehouse-local-outbox',
    mapping: {
      functionName: 'gatehouse-local-worker',
      batchSize: 7,
      lanes: 3,
      splitsFailedBatch: true,
      takesItemFailures: true,
      retries: 4,
      maximumAgeSeconds: 60,
      startsAt: 'LATEST',
      deadLetters: 'the log',
    },
  });
  expect([only?.mapping.lets({ eventName: 'INSERT' }), only?.mapping.lets({ eventName: 'REMOVE' })]).toEqual([true, false]);
});

test('undeclared values are the defaults of the framework', () => {
  const [only] = localMappings({ worker: { handler: 'y', events: [{ stream: { type: 'dynamodb', arn } }] } }, resources, place);
  expect(only?.mapping).toMatchObject({ batchSize: 10, lanes: 1, retries: Number.POSITIVE_INFINITY, startsAt: 'TRIM_HORIZON' });
});
