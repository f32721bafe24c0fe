import { afterEach, describe, expect, it } from 'vitest';
import { CloudFormationRefusal, startCloudFormation } from '../support/cloudformation-model.ts';
import { localEnvironment, runScript } from './run-script.ts';

const ciRole = (...parameters: readonly string[]) => runScript('ci-role', {}, ...parameters);
const github = ['--repository', 'team/accounts', '--repository-id', '77', '--owner-id', '5'];

describe('npm run ci:role', () => {
  it('shows the command that makes the roles, with the trust of the stage', async () => {
    const { code, output } = await ciRole('--stage', 'prod', ...github);
    expect(code).toBe(0);
    for (const line of [
      '--stack-name gatehouse-ci-prod --template-file resources/ci/deploy-role.yml',
      "'KeepsData=true'",
      "'Subjects=repo:team@5/accounts@77:environment:prod,repo:team/accounts:environment:prod'",
      '--capabilities CAPABILITY_NAMED_IAM',
    ]) {
      expect(output).toContain(line);
    }
  });

  it('has one stack for all previews, which keep nothing', async () => {
    const { output } = await ciRole('--stage', 'pr-*', '--repository', 'team/accounts');
    for (const line of ['gatehouse-ci-preview', "'Stage=pr-*'", "'KeepsData=false'", "'Subjects=repo:team/accounts:environment:preview'"]) {
      expect(output).toContain(line);
    }
  });

  it.each([
    [[], '--stage is missing'],
    [['--stage', 'local', ...github], 'The stage local is not deployed'],
    [['--stage', 'nowhere', ...github], 'There is no stage "nowhere"'],
    [['--stage', 'dev'], 'Give --repository, or --issuer'],
    [['--stage', 'dev', '--repository', 'team/*'], '--repository has to be owner/name'],
    [['--stage', 'dev', '--repository', 'team/accounts', '--repository-id', '77'], 'go together'],
    [['--stage', 'dev', '--repository', 'team/accounts', '--repository-id', '*', '--owner-id', '5'], 'have to be numbers'],
    [['--stage', 'dev', '--issuer', 'gitlab.com', '--subject', 'project_path:*', '--drift-subject', 'x'], 'one exact text'],
    [['--stage', 'dev', '--issuer', 'https://gitlab.com', '--subject', 'a', '--drift-subject', 'b'], 'without https://'],
  ])('%j is refused with advice', async (parameters, line) => {
    const { code, output } = await ciRole(...parameters);
    expect([code, output]).toEqual([1, expect.stringContaining(line)]);
    expect(output).not.toContain('    at ');
  });
});

describe('npm run ci:role -- --deploy', () => {
  const stops: (() => unknown)[] = [];
  afterEach(async () => {
    for (const stop of stops.splice(0)) await stop();
  });

  const outputs = [
    { OutputKey: 'DeployRole', OutputValue: 'arn:deploy' },
    { OutputKey: 'DriftRole', OutputValue: 'arn:drift' },
  ];

  /** CloudFormation with a stack in these states, one a look; `undefined` is no stack. */
  async function withStack(states: (string | undefined)[], update: () => object = () => ({})) {
    const model = await startCloudFormation({
      DescribeStacks: ({ StackName }) => {
        const StackStatus = states.length > 1 ? states.shift() : states[0];
        if (!StackStatus) throw new CloudFormationRefusal(`Stack with id ${StackName} does not exist`);
        return { Stacks: [{ StackName, StackStatus, Outputs: outputs }] };
      },
      CreateStack: () => ({ StackId: 'arn:stack' }),
      UpdateStack: update,
    });
    stops.push(model.stop);
    const environment = { ...localEnvironment, AWS_ENDPOINT_URL_CLOUDFORMATION: model.endpoint };
    return { asked: model.asked, result: await runScript('ci-role', environment, '--stage', 'dev', ...github, '--deploy') };
  }

  it('makes the stack, and prints the variables of the environments', async () => {
    const { asked, result } = await withStack([undefined, 'CREATE_COMPLETE']);
    expect(result).toEqual({ code: 0, output: 'DEPLOY_ROLE=arn:deploy\nDRIFT_ROLE=arn:drift\n' });
    expect(asked).toEqual(['DescribeStacks', 'CreateStack', 'DescribeStacks']);
  });

  it('updates it, and is content if nothing changes', async () => {
    expect((await withStack(['UPDATE_COMPLETE'])).asked).toContain('UpdateStack');
    const same = await withStack(['UPDATE_COMPLETE'], () => {
      throw new CloudFormationRefusal('No updates are to be performed.');
    });
    expect(same.result.code).toBe(0);
  });

  it('fails in one line if CloudFormation does', async () => {
    const { result } = await withStack([undefined, 'ROLLBACK_COMPLETE']);
    expect(result).toEqual({ code: 1, output: 'The stack gatehouse-ci-dev could not be made: ROLLBACK_COMPLETE\n' });
  });
});
