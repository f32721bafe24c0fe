import { type CloudFormationClient, CreateStackCommand, UpdateStackCommand } from '@aws-sdk/client-cloudformation';
import { Refusal, runCommand } from '#local/refusal.ts';
import { readOptions } from './ci-role/options.ts';
import { parametersOf } from './ci-role/subjects.ts';
import { readRoleTemplate, templatePath } from './ci-role/template.ts';
import { finishedStack, outputOf, stackCalled, withCloudFormation } from './stage/cloudformation.ts';

await runCommand(async () => {
  const options = readOptions();
  if (!options) return;
  const { trust, region, isToDeploy } = options;
  const parameters = parametersOf(trust);
  const stackName = `gatehouse-ci-${parameters['RoleName']}`;
  if (!isToDeploy) return console.log(commandFor(stackName, parameters, region));
  await withCloudFormation(region, async (client) => {
    const stack = await makeStack(client, stackName, parameters);
    for (const [name, output] of [
      ['DEPLOY_ROLE', 'DeployRole'],
      ['DRIFT_ROLE', 'DriftRole'],
    ] as const) {
      console.log(`${name}=${outputOf(stack, output)}`);
    }
  });
});

/** The same with the command line of AWS, after the template has been read. */
function commandFor(stackName: string, parameters: Readonly<Record<string, string>>, region: string): string {
  const overrides = Object.entries(parameters).map(([name, value]) => `    '${name}=${value}' \\`);
  return [
    `# ${templatePath} says what the roles may do. --deploy makes the stack; so does`,
    `aws cloudformation deploy --region ${region} --stack-name ${stackName} --template-file ${templatePath} \\`,
    '  --parameter-overrides \\',
    ...overrides,
    '  --capabilities CAPABILITY_NAMED_IAM',
  ].join('\n');
}

/** Makes the stack or updates it, and waits. Throws a Refusal if CloudFormation does not succeed. */
async function makeStack(client: CloudFormationClient, name: string, parameters: Readonly<Record<string, string>>) {
  const input = {
    StackName: name,
    TemplateBody: readRoleTemplate(),
    Capabilities: ['CAPABILITY_NAMED_IAM' as const],
    Parameters: Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue })),
  };
  const before = await stackCalled(client, name);
  const isNew = before === undefined;
  await client.send(isNew ? new CreateStackCommand(input) : new UpdateStackCommand(input)).catch((error: Error) => {
    if (isNew || !/no updates are to be performed/i.test(error.message)) throw error;
  });
  const stack = await finishedStack(client, name);
  if (stack && ['CREATE_COMPLETE', 'UPDATE_COMPLETE'].includes(stack.StackStatus ?? '')) return stack;
  throw new Refusal(`The stack ${name} could not be made: ${stack?.StackStatus} ${stack?.StackStatusReason ?? ''}`.trim());
}
