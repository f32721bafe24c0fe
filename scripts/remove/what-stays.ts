import type { StackResource } from '../stage/stack-resources.ts';

/** What outlives a stage, each with the command that deletes it. */
export function whatStays(kept: readonly StackResource[], parameters: readonly string[], region: string): string[] {
  const lines = kept.flatMap(({ type, name }) => commandsFor(type, name, region));
  const keys = parameters.length > 0 ? [`  aws ssm delete-parameters --region ${region} --names ${parameters.join(' ')}`] : [];
  return [...lines, ...keys];
}

function commandsFor(type: string, name: string, region: string): string[] {
  if (type === 'AWS::DynamoDB::Table') {
    return [
      `  aws dynamodb update-table --region ${region} --table-name ${name} --no-deletion-protection-enabled`,
      `  aws dynamodb delete-table --region ${region} --table-name ${name}`,
    ];
  }
  if (type === 'AWS::S3::Bucket') return [`  aws s3 rb s3://${name} --force`];
  return type === 'AWS::CloudFormation::Stack' ? [] : [`  # ${type} ${name}`];
}
