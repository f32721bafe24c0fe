import type { Resources } from './framework.ts';
import { isPreview } from './stage-settings.ts';

/** The name of a stage in the names of its pipeline's roles: all previews share them. */
const roleNameOf = (stage: string): string => (isPreview(stage) ? 'preview' : stage);

/** Gives every role of a template the permissions boundary that `npm run ci:role` made for the stage. */
export function boundRoles(resources: Resources, stage: string): void {
  const boundary = `arn:\${AWS::Partition}:iam::\${AWS::AccountId}:policy/gatehouse-${roleNameOf(stage)}-boundary`;
  for (const { Type, Properties } of Object.values(resources)) {
    if (Type === 'AWS::IAM::Role') Properties['PermissionsBoundary'] = { 'Fn::Sub': boundary };
  }
}
