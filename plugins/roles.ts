import type { FunctionDefinition, Naming, Resource, Resources } from './framework.ts';

type Functions = Readonly<Record<string, FunctionDefinition>>;
type Statement = { Effect: string; Action: unknown; Resource: unknown };
type Role = Resource & { Properties: { Policies: { PolicyDocument: { Statement: Statement[] } }[] } };

/** Gives every function a role, also a function that only writes its log. */
export function askForRoles(functions: Functions): void {
  for (const definition of Object.values(functions)) definition.iamRoleStatements ??= [];
}

/**
 * Tidies the result of serverless-iam-roles-per-function. Each role may write to its own log group, by ARN, but not
 * create one, because the template does. The shared role, which they were copied from, is removed.
 */
export function tidyRoles(resources: Resources, functionNames: readonly string[], naming: Naming): void {
  for (const name of functionNames) {
    const role = resources[roleOf(resources, naming.getLambdaLogicalId(name))] as Role | undefined;
    const statements = role?.Properties.Policies[0]?.PolicyDocument.Statement;
    if (!statements) throw new Error(`The function ${name} has no role of its own`);
    statements[0] = {
      Effect: 'Allow',
      Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      Resource: [{ 'Fn::GetAtt': [naming.getLogGroupLogicalId(name), 'Arn'] }],
    };
  }
  const shared = naming.getRoleLogicalId();
  delete resources[shared];
  if (JSON.stringify(resources).includes(`"${shared}"`)) throw new Error(`The shared role ${shared} is still in use`);
}

function roleOf(resources: Resources, functionLogicalId: string): string {
  const role = resources[functionLogicalId]?.Properties['Role'] as { 'Fn::GetAtt'?: [string, string] } | undefined;
  return role?.['Fn::GetAtt']?.[0] ?? '';
}
