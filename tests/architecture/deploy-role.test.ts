import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { githubSubjects, parametersOf } from '../../scripts/ci-role/subjects.ts';
import { account, region, rolesOf, roleTemplate } from './ci-roles.ts';
import { faultsOf } from './cloudformation.ts';
import { deployedStages, type PackagedTemplate, packagedTemplate } from './packaged-template.ts';
import { actionsOf } from './resource-actions.ts';

const repository = { name: 'team/accounts', id: '77', ownerId: '5' };
const parametersFor = (stage: string, keepData: boolean, createsProvider = false) =>
  parametersOf({ stage, isPreview: stage === 'pr-*', keepData, createsProvider, repository });
const stages = [
  ...deployedStages.map(([name, { keepData }]) => ({ stage: name, name, keepData })),
  { stage: 'pr-*', name: 'pr-12', keepData: false },
];

let packaged: PackagedTemplate;
beforeAll(async () => {
  packaged = await packagedTemplate('prod');
});

describe('the template of the roles', () => {
  it.each(stages)('is valid for $stage', ({ stage, keepData }) => {
    expect(faultsOf(roleTemplate(parametersFor(stage, keepData, true)))).toEqual([]);
  });

  it('goes to CloudFormation without S3', () => {
    expect(readFileSync('resources/ci/deploy-role.yml').length).toBeLessThan(51_200);
  });

  it('has policies that IAM takes: at most 6144 characters each, and 10240 within a role', () => {
    for (const { Type, Properties = {} } of Object.values(roleTemplate(parametersFor('staging-and-a-long-1', false)).Resources)) {
      const size = JSON.stringify(Properties['PolicyDocument'] ?? Properties['Policies'] ?? '').length;
      expect(size).toBeLessThan(Type === 'AWS::IAM::ManagedPolicy' ? 6144 : 10_240);
    }
  });

  it('makes the OIDC provider only if asked', () => {
    expect(roleTemplate(parametersFor('dev', false)).Resources['Provider']).toBeUndefined();
    expect(roleTemplate(parametersFor('dev', false, true)).Resources['Provider']?.Properties).toEqual({
      Url: 'https://token.actions.githubusercontent.com',
      ClientIdList: ['sts.amazonaws.com'],
    });
  });
});

describe('a pipeline', () => {
  it.each(stages)('may make, change and read all that the template of $stage has', ({ stage, name, keepData }) => {
    const { deploy, drift } = rolesOf(parametersFor(stage, keepData));
    const types = [...new Set(Object.values(packaged.template.Resources).map(({ Type }) => Type))];
    expect(types.length).toBeGreaterThan(15);
    const missing = types.flatMap((type) => {
      const actions = actionsOf[type];
      if (!actions) return [`${type} has no row in resource-actions.ts`];
      const [arn, context] = [actions.arn(name), actions.context?.(name)];
      return [
        ...[...actions.make, ...actions.read].filter((action) => !deploy.may(action, arn, context)),
        ...actions.read.filter((action) => !drift.may(action, arn, context)).map((action) => `drift: ${action}`),
      ];
    });
    expect(missing).toEqual([]);
  });

  it.each(stages)('may delete what $stage has, but no data that is kept', ({ stage, name, keepData }) => {
    const { deploy } = rolesOf(parametersFor(stage, keepData));
    const kept = ['AWS::DynamoDB::Table', 'AWS::S3::Bucket', 'AWS::CloudFormation::Stack'];
    for (const [type, actions] of Object.entries(actionsOf)) {
      for (const action of actions.delete) {
        expect(deploy.may(action, actions.arn(name), actions.context?.(name)), action).toBe(!(keepData && kept.includes(type)));
      }
    }
    const stack = `arn:aws:cloudformation:${region}:${account}:stack/gatehouse-${name}/uuid`;
    expect(deploy.may('cloudformation:DeleteStack', stack)).toBe(!keepData);
    expect(deploy.may('ssm:DeleteParameter', `arn:aws:ssm:${region}:${account}:parameter/gatehouse/${name}/signing-key`)).toBe(!keepData);
  });

  it.each(stages)('may run the steps of a deployment to $stage', ({ stage, name, keepData }) => {
    const { deploy } = rolesOf(parametersFor(stage, keepData));
    const stack = `arn:aws:cloudformation:${region}:${account}:stack/gatehouse-${name}/uuid`;
    for (const action of [
      ...['CreateChangeSet', 'DescribeChangeSet', 'ExecuteChangeSet', 'DeleteChangeSet', 'DescribeStacks', 'DescribeStackEvents'],
      ...['DescribeStackResource', 'ListStackResources', 'GetTemplate'],
    ]) {
      expect(deploy.may(`cloudformation:${action}`, stack), action).toBe(true);
    }
    const packages = `arn:aws:s3:::gatehouse-${name}-serverlessdeploymentbuck-1a2b`;
    for (const action of ['s3:PutObject', 's3:GetObject', 's3:DeleteObject']) expect(deploy.may(action, `${packages}/x.zip`)).toBe(true);
    expect(deploy.may('s3:ListBucket', packages)).toBe(true);
    const key = `arn:aws:ssm:${region}:${account}:parameter/gatehouse/${name}/signing-key`;
    expect([deploy.may('ssm:GetParameters', key), deploy.may('ssm:PutParameter', key)]).toEqual([true, true]);
    expect(deploy.may('ssm:PutParameter', key, { 'ssm:Overwrite': 'true' })).toBe(false);
    for (const action of [
      'CreateLogDelivery',
      'GetLogDelivery',
      'UpdateLogDelivery',
      'ListLogDeliveries',
      'PutResourcePolicy',
      'DescribeResourcePolicies',
    ]) {
      expect(deploy.may(`logs:${action}`, '*'), action).toBe(true);
    }
  });

  it.each([
    ['prod', 'dev'],
    ['dev', 'prod'],
    ['dev', 'development'],
    ['pr-*', 'prod'],
    ['pr-*', 'dev'],
  ])('of %s may do nothing with %s', (stage, other) => {
    const { deploy } = rolesOf(parametersFor(stage, false));
    for (const [type, actions] of Object.entries(actionsOf)) {
      if (type.startsWith('AWS::ApiGatewayV2::')) continue; // their ARNs have no name
      const [arn, context] = [actions.arn(other), actions.context?.(other)];
      if (!arn.includes(other) && !context) continue;
      const named = [...actions.make, ...actions.delete].filter((action) => !/TagResource/.test(action));
      expect(named.filter((action) => deploy.may(action, arn, context))).toEqual([]);
    }
    expect(deploy.may('ssm:GetParameters', `arn:aws:ssm:${region}:${account}:parameter/gatehouse/${other}/signing-key`)).toBe(false);
  });

  it('reads and writes no rows, and no pictures of a stage that keeps them', () => {
    const { deploy, drift } = rolesOf(parametersFor('prod', true));
    const rows = ['GetItem', 'BatchGetItem', 'Query', 'Scan', 'PutItem', 'UpdateItem', 'DeleteItem', 'ExportTableToPointInTime'];
    for (const action of rows.map((each) => `dynamodb:${each}`)) {
      for (const role of [deploy, drift])
        expect(role.may(action, `arn:aws:dynamodb:${region}:${account}:table/gatehouse-prod-users`), action).toBe(false);
    }
    for (const action of ['s3:GetObject', 's3:PutObject', 's3:DeleteObject']) {
      for (const role of [deploy, drift])
        expect(role.may(action, 'arn:aws:s3:::gatehouse-prod-mediabucket-1a2b/avatars/x.webp')).toBe(false);
    }
    expect(drift.may('ssm:GetParameters', `arn:aws:ssm:${region}:${account}:parameter/gatehouse/prod/signing-key`)).toBe(false);
    expect(drift.statements.flatMap(({ Action }) => Action).filter((each) => !/:(Describe|Detect|Get|GET|List)/.test(each))).toEqual([]);
  });

  it('has no role of a function do more than the boundary, and passes roles to Lambda only', () => {
    const { deploy, boundaryArn } = rolesOf(parametersFor('prod', true));
    const role = `arn:aws:iam::${account}:role/gatehouse-prod-login-${region}-lambdaRole`;
    for (const action of ['iam:CreateRole', 'iam:PutRolePolicy', 'iam:PutRolePermissionsBoundary']) {
      expect(deploy.may(action, role, { 'iam:PermissionsBoundary': boundaryArn })).toBe(true);
      expect(deploy.may(action, role)).toBe(false);
      expect(deploy.may(action, role, { 'iam:PermissionsBoundary': 'arn:aws:iam::aws:policy/AdministratorAccess' })).toBe(false);
    }
    for (const action of ['iam:AttachRolePolicy', 'iam:DeleteRolePermissionsBoundary', 'iam:CreateUser'])
      expect(deploy.may(action, role)).toBe(false);
    expect(deploy.may('iam:CreatePolicyVersion', boundaryArn)).toBe(false);
    expect(deploy.may('iam:PassRole', role, { 'iam:PassedToService': 'lambda.amazonaws.com' })).toBe(true);
    expect(deploy.may('iam:PassRole', role, { 'iam:PassedToService': 'ec2.amazonaws.com' })).toBe(false);
    expect(deploy.may('iam:PassRole', `arn:aws:iam::${account}:role/Admin`, { 'iam:PassedToService': 'lambda.amazonaws.com' })).toBe(false);
  });

  it('cannot change its own role', () => {
    const { deploy, boundaryArn } = rolesOf(parametersFor('dev', false));
    const own = `arn:aws:iam::${account}:role/gatehouse/ci/gatehouse-deploy-dev`;
    for (const action of ['iam:PutRolePolicy', 'iam:UpdateAssumeRolePolicy', 'iam:DeleteRole', 'iam:PassRole']) {
      expect(deploy.may(action, own, { 'iam:PermissionsBoundary': boundaryArn, 'iam:PassedToService': 'lambda.amazonaws.com' })).toBe(
        false,
      );
    }
  });

  it('has no grant of all actions, and none on all resources that can be named', () => {
    const { deploy } = rolesOf(parametersFor('prod', true));
    const allowed = deploy.statements.filter(({ Effect }) => Effect === 'Allow');
    expect(allowed.flatMap(({ Action }) => Action).filter((action) => /:\*$|^\*$/.test(action))).toEqual([]);
    const wide = allowed.filter(({ Resource, Condition }) => [Resource].flat().includes('*') && !Condition).map(({ Sid }) => Sid);
    expect(wide).toEqual(['Everywhere', 'AccessLog']);
  });
});

describe('the boundary', () => {
  it('has room for every grant of every function', () => {
    const { boundary } = rolesOf(parametersFor('prod', true));
    const arnOf = (resource: unknown): string => {
      const { 'Fn::GetAtt': attribute, 'Fn::Sub': sub } = Object(resource);
      const text = Array.isArray(attribute) ? `\${${attribute[0]}.Arn}` : String(sub ?? resource);
      return text
        .replaceAll('${AWS::Partition}', 'aws')
        .replaceAll('${AWS::Region}', region)
        .replaceAll('${AWS::AccountId}', account)
        .replaceAll(/\$\{(\w+)\.Arn\}/g, (_, id: string) => actionsOf[packaged.one(id).Type]?.arn('prod') ?? `no ${id}`);
    };
    const grants = packaged
      .all('AWS::IAM::Role')
      .flatMap(({ Policies }) =>
        Policies.flatMap(({ PolicyDocument }: { PolicyDocument: { Statement: { Action: string; Resource: unknown }[] } }) =>
          PolicyDocument.Statement.flatMap(({ Action, Resource }) =>
            [Action].flat().flatMap((action) => [Resource].flat().map((resource) => ({ action, arn: arnOf(resource) }))),
          ),
        ),
      );
    expect(grants.length).toBeGreaterThan(100);
    expect(grants.filter(({ action, arn }) => !boundary.may(action, arn)).map(({ action, arn }) => `${action} on ${arn}`)).toEqual([]);
  });

  it('has room for every sender', () => {
    const { boundary } = rolesOf(parametersFor('dev', false));
    expect(boundary.may('ses:SendEmail', `arn:aws:ses:${region}:${account}:identity/example.com`)).toBe(true);
    expect(boundary.may('sms-voice:SendTextMessage', '*')).toBe(true);
  });
});

describe('the trust of a role', () => {
  it('is in the environment of its stage, by both forms of the subject, exactly', () => {
    const { trust } = rolesOf(parametersFor('prod', true));
    expect(trust('DeployRole')).toEqual([
      {
        Effect: 'Allow',
        Action: 'sts:AssumeRoleWithWebIdentity',
        Principal: { Federated: `arn:aws:iam::${account}:oidc-provider/token.actions.githubusercontent.com` },
        Condition: {
          StringEquals: {
            'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
            'token.actions.githubusercontent.com:sub': ['repo:team@5/accounts@77:environment:prod', 'repo:team/accounts:environment:prod'],
          },
        },
      },
    ]);
    const drift = JSON.stringify(trust('DriftRole'));
    expect(drift).toContain('"repo:team/accounts:environment:prod-drift"');
    expect(drift).not.toContain('environment:prod"');
  });

  it('of previews is in one environment for all of them', () => {
    expect(JSON.stringify(rolesOf(parametersFor('pr-*', false)).trust('DeployRole'))).toContain('repo:team/accounts:environment:preview"');
  });

  it('needs no numbers for a repository that has none in its subject', () => {
    expect(githubSubjects({ name: 'team/accounts' }, 'dev')).toEqual(['repo:team/accounts:environment:dev']);
  });

  it('may be in another provider, such as GitLab', () => {
    const subjects = ['project_path:team/accounts:ref_type:branch:ref:main'];
    const { trust } = rolesOf(
      parametersOf({
        stage: 'dev',
        isPreview: false,
        keepData: false,
        createsProvider: false,
        issuer: 'gitlab.com',
        subjects,
        driftSubjects: subjects,
      }),
    );
    expect(trust('DeployRole')[0].Condition).toEqual({
      StringEquals: { 'gitlab.com:aud': 'sts.amazonaws.com', 'gitlab.com:sub': subjects },
    });
  });
});
