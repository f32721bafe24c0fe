import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { npmCommands, wrongCommands } from './npm-commands.ts';
import { deployedStages } from './packaged-template.ts';
import { jobsOf, parserErrors, risksOf, type Step, workflowOf, workflows } from './workflows.ts';

const named = (file: string) => {
  const found = workflows.find((each) => each.file.endsWith(`/${file}.yml`));
  if (!found) throw new Error(`There is no workflow ${file}`);
  return found;
};
const steps = workflows.flatMap((workflow) => jobsOf(workflow).flatMap((each) => each.steps));
const scripts = steps.flatMap(({ run }) => run ?? []);

describe('the workflows', () => {
  it.each(workflows)('$file is one by the parser of GitHub', async (workflow) => {
    expect(await parserErrors(workflow)).toEqual([]);
  });

  it.each(workflows)('$file has no known risk', (workflow) => {
    expect(risksOf(workflow)).toEqual([]);
  });

  it('have scripts that bash can read, and commands that exist', async () => {
    expect(scripts.length).toBeGreaterThan(10);
    for (const script of scripts) expect(spawnSync('bash', ['-n'], { input: script, encoding: 'utf8' }).stderr).toBe('');
    expect(await wrongCommands(scripts.flatMap(npmCommands))).toEqual([]);
  });

  it('deploy each stage of stages.yml, and look for its drift', () => {
    const names = deployedStages.map(([name]) => name);
    const { jobs } = named('deploy');
    expect(Object.values(jobs).flatMap(({ with: given }) => given?.['stage'] ?? [])).toEqual(names);
    expect(named('drift').text).toContain(`stage: [${names.join(', ')}]`);
    expect(named('deploy').text).toContain(`options: [${names.join(', ')}]`);
    expect(named('deploy').text).toContain(`for stage in ${names.join(' ')}; do`);
  });
});

describe('the check', () => {
  const pinned = 'actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1';
  const job = (steps: string, more = '') =>
    `on: push\npermissions: {}\njobs:\n  a:\n    runs-on: x\n    timeout-minutes: 5\n    permissions: {}\n${more}    steps:\n${steps}`;
  const role = '      - uses: aws-actions/configure-aws-credentials@e6de054238d6b7531b4efff3b6587d9aade6a06c # v6.2.3\n';

  it.each([
    ['a tag', job('      - uses: actions/setup-node@v7\n'), 'not pinned'],
    ['a commit without its version', job('      - uses: actions/setup-node@820762786026740c76f36085b0efc47a31fe5020\n'), 'not pinned'],
    ['a token that stays', job(`      - uses: ${pinned}\n`), 'leaves a token behind'],
    ['an expression in a script', job('      - run: echo ${{ github.head_ref }}\n'), 'can be a command'],
    [
      'permissions of all jobs',
      job('      - run: ls\n').replace('permissions: {}\n', 'permissions:\n  contents: write\n'),
      'the workflow itself has permissions',
    ],
    [
      'a job that may write',
      job('      - run: ls\n').replace('    permissions: {}', '    permissions:\n      contents: write'),
      'it has contents: write',
    ],
    ['a role outside of an environment', job(role), 'outside of an environment'],
    ['a deployment that can be cut off', job(role, '    concurrency:\n      group: x\n      cancel-in-progress: true\n'), 'be cut off'],
    ['code of strangers', job('      - run: ls\n').replace('on: push', 'on: { pull_request_target: {} }'), 'pull_request_target'],
  ])('finds %s', (_, text, risk) => {
    expect(risksOf(workflowOf('w.yml', text)).join('\n')).toContain(risk);
  });

  it('finds a misspelt key, an unknown script and an unknown option', async () => {
    expect(await parserErrors({ file: 'w.yml', text: job('      - runs: ls\n') })).not.toEqual([]);
    expect(await wrongCommands(npmCommands('npm run deplyo -- --stage dev'))).toEqual(['npm run deplyo: there is no such script']);
    const text = 'npm run remove -- --stage dev \\\n  --force\nnpm run package -- --fast';
    expect(await wrongCommands(npmCommands(text))).toEqual(['npm run remove: there is no --force', 'npm run package: there is no --fast']);
  });
});

describe('a deployment', () => {
  const { jobs } = named('deploy');
  const needsOf = (name: string) => [jobs[name]?.needs ?? []].flat();

  it('goes from the checks to one package, and from dev over staging to prod', () => {
    expect(Object.keys(jobs).map((name) => [name, needsOf(name)])).toEqual([
      ['checks', []],
      ['package', ['checks']],
      ['dev', ['package']],
      ['staging', ['package', 'dev']],
      ['prod', ['package', 'staging']],
    ]);
    for (const name of ['package', 'dev', 'staging', 'prod']) expect(jobs[name]?.if).toContain('!cancelled() && !failure()');
  });

  it('has every stage check the same digest, and takes the role after that', () => {
    const digests = ['dev', 'staging', 'prod'].map((name) => jobs[name]?.with?.['digest']);
    expect(new Set(digests)).toEqual(new Set(['${{ needs.package.outputs.digest }}']));
    const [{ steps: order } = { steps: [] }] = jobsOf(named('deploy-stage'));
    const at = (wanted: (step: Step) => boolean | undefined) => order.findIndex((step) => wanted(step));
    const places = [
      at(({ uses }) => uses?.startsWith('actions/download-artifact@')),
      at(({ name }) => name === 'Check the digest'),
      at(({ uses }) => uses?.startsWith('aws-actions/')),
      at(({ run }) => run?.startsWith('npm run keys:create')),
      at(({ run }) => run?.startsWith('npm run deploy')),
      at(({ run }) => run?.startsWith('npm run smoke')),
    ];
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });

  it('is packaged for the region that it goes to', () => {
    const region = "${{ vars.AWS_REGION || 'eu-central-1' }}";
    const all = workflows.flatMap((workflow) => jobsOf(workflow));
    const packaging = all.filter(({ steps: each }) => each.some(({ run }) => run?.includes('npm run package')));
    expect(packaging.map(({ job }) => job.env?.['AWS_REGION'])).toEqual([region, region]);
    const regions = steps.flatMap(({ with: given }) => given?.['aws-region'] ?? []);
    expect(new Set(regions)).toEqual(new Set([region]));
  });

  it('has the secrets of the environment of its stage', () => {
    expect(named('deploy-stage').text).toContain('secrets.SMOKE_PASSWORD');
    expect(['dev', 'staging', 'prod'].map((name) => jobs[name]?.secrets)).toEqual(['inherit', 'inherit', 'inherit']);
  });

  it('waits for one before it to the same stage', () => {
    const { concurrency, environment } = named('deploy-stage').jobs['deploy'] ?? {};
    expect(concurrency).toEqual({ group: 'deploy-${{ inputs.stage }}', 'cancel-in-progress': false });
    expect(environment).toBe('${{ inputs.stage }}');
  });

  it('of a preview has no credentials for code of strangers', () => {
    for (const { job } of jobsOf(named('preview'))) {
      expect(job.if).toContain('github.event.pull_request.head.repo.full_name == github.repository');
      expect(job.environment).toBe('preview');
    }
  });
});

describe('the scripts of a deployment', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'gatehouse-'));
    mkdirSync(join(folder, 'package', 'dev'), { recursive: true });
    writeFileSync(join(folder, 'package', 'dev', 'login.zip'), 'the code');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Runs the script of a step as a runner does. */
  function runStep(name: string, cwd: string, environment: NodeJS.ProcessEnv = {}) {
    const step = steps.find((each) => each.name === name);
    const flags = ['--noprofile', '--norc', '-e', '-o', 'pipefail'];
    return spawnSync('bash', [...flags, '-c', step?.run ?? 'exit 99'], {
      cwd,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], ...environment },
    }).status;
  }

  it('take the digest of a package, and notice one changed byte', () => {
    const directory = join(folder, 'package');
    const outputs = join(folder, 'outputs');
    expect(runStep('Take the digest', directory, { GITHUB_OUTPUT: outputs })).toBe(0);
    const [, DIGEST = ''] = /^digest=([0-9a-f]{64})$/m.exec(readFileSync(outputs, 'utf8')) ?? [];
    expect(runStep('Check the digest', directory, { DIGEST })).toBe(0);
    writeFileSync(join(directory, 'dev', 'login.zip'), 'the c0de');
    expect(runStep('Check the digest', directory, { DIGEST })).not.toBe(0);
    expect(runStep('Take the digest', directory, { GITHUB_OUTPUT: outputs })).toBe(0);
    expect(runStep('Check the digest', directory, { DIGEST })).not.toBe(0);
  });

  it('refuse a commit that is not of main', () => {
    const repository = join(folder, 'repository');
    const git = (...parameters: readonly string[]) =>
      spawnSync('git', ['-C', repository, '-c', 'user.name=a', '-c', 'user.email=a@example.com', ...parameters], {
        encoding: 'utf8',
      }).stdout.trim();
    mkdirSync(repository);
    git('init', '--quiet');
    const commit = (message: string) => {
      git('commit', '--quiet', '--allow-empty', '-m', message);
      return git('rev-parse', 'HEAD');
    };
    const [earlier, main] = [commit('one'), commit('two')];
    git('update-ref', 'refs/remotes/origin/main', main);
    const other = commit('of a pull request');
    const accepts = (COMMIT: string) => runStep('Refuse a commit that main does not have', repository, { COMMIT }) === 0;
    expect([accepts(main), accepts(earlier), accepts(other), accepts('main'), accepts(`${main}; true`)]).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});
