import type { FunctionDefinition, Naming, Resource, Resources } from './framework.ts';

type Functions = Readonly<Record<string, FunctionDefinition>>;
type Statement = { Effect: string; Action: unknown; Resource: unknown };
type Role = Resource & { Properties: { Policies: { PolicyDocument: { Statement: Statement[] } }[] } };

/** Makes sure of a role for every function, also for those that need nothing but to write their log. */
export function askForRoles(functions: Functions): void {
  for (const definition of Object.values(functions)) definition.iamRoleStatements ??= [];
}

/**
 * Tidies what serverless-iam-roles-per-function made: each role may write to its own log group, by its ARN, and not create
 * one, since the template does; and the role they were all copied from goes, now that nobody has it.
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
