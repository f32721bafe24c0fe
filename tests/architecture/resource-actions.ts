import { account, region } from './ci-roles.ts';

type Actions = {
  /** The ARN of one of its kind, in a stage. */
  readonly arn: (stage: string) => string;
  readonly make: readonly string[];
  readonly read: readonly string[];
  readonly delete: readonly string[];
  readonly context?: (stage: string) => Readonly<Record<string, string>>;
};

const regional = (service: string, rest: string) => (stage: string) =>
  `arn:aws:${service}:${region}:${account}:${rest.replace('$', `gatehouse-${stage}`)}`;
const func = regional('lambda', 'function:$-login');
const api = () => `arn:aws:apigateway:${region}::/apis/a1b2c3`;
const apiPart: Actions = {
  arn: () => `${api()}/routes/r1`,
  make: ['apigateway:POST', 'apigateway:PATCH'],
  read: ['apigateway:GET'],
  delete: ['apigateway:DELETE'],
};
const bucket = (stage: string) => `arn:aws:s3:::gatehouse-${stage}-mediabucket-1a2b3c`;

/**
 * The actions that CloudFormation needs to make and change, to read and to delete a resource of a type: the `handlers` of its
 * registry schema, without those of properties that no template of ours has. A type that a template gets is added here, and its
 * actions to resources/ci/deploy-role.yml.
 */
export const actionsOf: Readonly<Record<string, Actions>> = {
  'AWS::ApiGatewayV2::Api': { ...apiPart, arn: () => `arn:aws:apigateway:${region}::/apis` },
  'AWS::ApiGatewayV2::Authorizer': apiPart,
  'AWS::ApiGatewayV2::Integration': apiPart,
  'AWS::ApiGatewayV2::Route': apiPart,
  // With AccessLogSettings, API Gateway makes a log delivery with the caller's permissions.
  'AWS::ApiGatewayV2::Stage': {
    ...apiPart,
    make: [...apiPart.make, 'apigateway:TagResource'],
  },
  'AWS::CloudFormation::Stack': {
    arn: regional('cloudformation', 'stack/$-DataStack-1A2B/uuid'),
    make: ['cloudformation:CreateStack', 'cloudformation:UpdateStack', 'cloudformation:CreateChangeSet', 'cloudformation:ExecuteChangeSet'],
    read: ['cloudformation:DescribeStacks'],
    delete: ['cloudformation:DeleteStack'],
  },
  'AWS::CloudWatch::Alarm': {
    arn: regional('cloudwatch', 'alarm:$-code-budget-near'),
    make: ['cloudwatch:PutMetricAlarm', 'cloudwatch:TagResource', 'cloudwatch:UntagResource'],
    read: ['cloudwatch:DescribeAlarms', 'cloudwatch:ListTagsForResource'],
    delete: ['cloudwatch:DeleteAlarms'],
  },
  'AWS::CloudWatch::Dashboard': {
    arn: (stage) => `arn:aws:cloudwatch::${account}:dashboard/gatehouse-${stage}-all`,
    make: ['cloudwatch:PutDashboard'],
    read: ['cloudwatch:GetDashboard'],
    delete: ['cloudwatch:DeleteDashboards'],
  },
  'AWS::DynamoDB::Table': {
    arn: regional('dynamodb', 'table/$-users'),
    make: [
      'dynamodb:CreateTable',
      'dynamodb:TagResource',
      'dynamodb:UntagResource',
      'dynamodb:UpdateContinuousBackups',
      'dynamodb:UpdateTable',
      'dynamodb:UpdateTimeToLive',
    ],
    read: [
      'dynamodb:DescribeContinuousBackups',
      'dynamodb:DescribeContributorInsights',
      'dynamodb:DescribeKinesisStreamingDestination',
      'dynamodb:DescribeTable',
      'dynamodb:DescribeTimeToLive',
      'dynamodb:GetResourcePolicy',
      'dynamodb:ListTagsOfResource',
    ],
    delete: ['dynamodb:DeleteTable'],
  },
  'AWS::Events::Rule': {
    arn: regional('events', 'rule/$-AvatarSweepEventsRule-1A2B'),
    make: ['events:PutRule', 'events:PutTargets', 'events:TagResource', 'events:EnableRule', 'events:DisableRule'],
    read: ['events:DescribeRule', 'events:ListTargetsByRule', 'events:ListTagsForResource'],
    delete: ['events:RemoveTargets', 'events:DeleteRule'],
  },
  'AWS::IAM::Role': {
    arn: (stage) => `arn:aws:iam::${account}:role/gatehouse-${stage}-login-${region}-lambdaRole`,
    make: [
      'iam:CreateRole',
      'iam:PutRolePolicy',
      'iam:PutRolePermissionsBoundary',
      'iam:TagRole',
      'iam:UntagRole',
      'iam:UpdateAssumeRolePolicy',
      'iam:UpdateRole',
    ],
    read: ['iam:GetRole', 'iam:GetRolePolicy', 'iam:ListRolePolicies', 'iam:ListAttachedRolePolicies'],
    delete: ['iam:DeleteRolePolicy', 'iam:DeleteRole'],
    context: (stage) => ({
      'iam:PermissionsBoundary': `arn:aws:iam::${account}:policy/gatehouse-${/^pr-\d/.test(stage) ? 'preview' : stage}-boundary`,
    }),
  },
  'AWS::Lambda::EventSourceMapping': {
    arn: () => `arn:aws:lambda:${region}:${account}:event-source-mapping:1a2b`,
    make: ['lambda:CreateEventSourceMapping', 'lambda:UpdateEventSourceMapping', 'lambda:TagResource'],
    read: ['lambda:GetEventSourceMapping', 'lambda:ListTags'],
    delete: ['lambda:DeleteEventSourceMapping'],
    context: (stage) => ({ 'lambda:FunctionArn': func(stage) }),
  },
  'AWS::Lambda::Function': {
    arn: func,
    make: [
      'lambda:CreateFunction',
      'lambda:DeleteFunctionConcurrency',
      'lambda:PutFunctionConcurrency',
      'lambda:TagResource',
      'lambda:UntagResource',
      'lambda:UpdateFunctionCode',
      'lambda:UpdateFunctionConfiguration',
    ],
    read: [
      'lambda:GetFunction',
      'lambda:GetFunctionCodeSigningConfig',
      'lambda:GetFunctionConfiguration',
      'lambda:GetFunctionRecursionConfig',
      'lambda:GetRuntimeManagementConfig',
      'lambda:ListVersionsByFunction',
    ],
    delete: ['lambda:DeleteFunction'],
  },
  'AWS::Lambda::Permission': { arn: func, make: ['lambda:AddPermission'], read: ['lambda:GetPolicy'], delete: ['lambda:RemovePermission'] },
  'AWS::Logs::LogGroup': {
    arn: regional('logs', 'log-group:/aws/lambda/$-login'),
    make: ['logs:CreateLogGroup', 'logs:PutRetentionPolicy', 'logs:DeleteRetentionPolicy', 'logs:TagResource', 'logs:UntagResource'],
    read: ['logs:DescribeLogGroups', 'logs:ListTagsForResource'],
    delete: ['logs:DeleteLogGroup'],
  },
  'AWS::Logs::MetricFilter': {
    arn: regional('logs', 'log-group:/aws/lambda/$-login'),
    make: ['logs:PutMetricFilter'],
    read: ['logs:DescribeMetricFilters'],
    delete: ['logs:DeleteMetricFilter'],
  },
  'AWS::S3::Bucket': {
    arn: bucket,
    make: [
      's3:CreateBucket',
      's3:PutBucketOwnershipControls',
      's3:PutBucketPublicAccessBlock',
      's3:PutBucketTagging',
      's3:PutEncryptionConfiguration',
      's3:PutLifecycleConfiguration',
    ],
    read: [
      's3:GetBucketOwnershipControls',
      's3:GetBucketPublicAccessBlock',
      's3:GetBucketTagging',
      's3:GetBucketVersioning',
      's3:GetEncryptionConfiguration',
      's3:GetLifecycleConfiguration',
    ],
    delete: ['s3:DeleteBucket'],
  },
  'AWS::S3::BucketPolicy': { arn: bucket, make: ['s3:PutBucketPolicy'], read: ['s3:GetBucketPolicy'], delete: ['s3:DeleteBucketPolicy'] },
  'AWS::SNS::Topic': {
    arn: regional('sns', '$-alarms'),
    make: ['sns:CreateTopic', 'sns:SetTopicAttributes', 'sns:Subscribe', 'sns:Unsubscribe', 'sns:TagResource', 'sns:UntagResource'],
    read: ['sns:GetTopicAttributes', 'sns:GetDataProtectionPolicy', 'sns:ListSubscriptionsByTopic', 'sns:ListTagsForResource'],
    delete: ['sns:DeleteTopic'],
  },
  'AWS::SNS::TopicPolicy': {
    arn: regional('sns', '$-alarms'),
    make: ['sns:SetTopicAttributes'],
    read: ['sns:GetTopicAttributes'],
    delete: ['sns:SetTopicAttributes'],
  },
  'AWS::SQS::Queue': {
    arn: regional('sqs', '$-outbox-dead-letters'),
    make: ['sqs:CreateQueue', 'sqs:SetQueueAttributes', 'sqs:TagQueue', 'sqs:UntagQueue'],
    read: ['sqs:GetQueueAttributes', 'sqs:GetQueueUrl', 'sqs:ListQueueTags'],
    delete: ['sqs:DeleteQueue'],
  },
  'AWS::SQS::QueuePolicy': {
    arn: regional('sqs', '$-outbox-dead-letters'),
    make: ['sqs:SetQueueAttributes'],
    read: ['sqs:GetQueueAttributes'],
    delete: ['sqs:SetQueueAttributes'],
  },
};
