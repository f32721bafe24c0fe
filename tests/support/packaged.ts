import { execFile } from 'node:child_process';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { readStageSettings } from '../../plugins/stage-settings.ts';
import { projectFolder, readStages } from '../../scripts/project.ts';
import { Refusal } from '../../scripts/refusal.ts';
import { fingerprint } from './fingerprint.ts';
import { withLock } from './lock.ts';

export type Architecture = 'x86_64' | 'arm64';
export type PackageOptions = {
  readonly stage: string;
  /** Of the Lambda; this machine's where nothing is said. */
  readonly architecture?: Architecture;
  /** Where to; `.build/<stage>-<architecture>` where nothing is said. */
  readonly directory?: string;
};
/** What `serverless package` left: the compiled template, and the zips beside it. */
export type Packaged = { readonly directory: string; readonly templateFile: string };

/** The architecture of a Lambda whose zips run on this machine. */
const localArchitecture: Architecture = process.arch === 'arm64' ? 'arm64' : 'x86_64';

const sources = [
  'functions',
  'lib',
  'resources',
  'plugins',
  'openapi.json',
  'serverless.yml',
  'stages.yml',
  'package.json',
  'package-lock.json',
];
const stampName = '.sources';

/**
 * Packages a stage as it would be deployed, unless nothing it is made of has changed since the last time. One at a time on
 * this machine: the bundler works in one folder of the project.
 */
export async function packageStage({ stage, architecture = localArchitecture, directory }: PackageOptions): Promise<Packaged> {
  const target = directory ?? join(projectFolder, '.build', `${stage}-${architecture}`);
  const packaged = { directory: target, templateFile: join(target, 'cloudformation-template-update-stack.json') };
  await withLock(join(projectFolder, '.build', 'packaging.lock'), async () => {
    const stamp = await stampOf(stage, process.env);
    const last = await readFile(join(target, stampName), 'utf8').catch(() => '');
    if (last === stamp) return;
    const draft = `${target}.draft`;
    await rm(draft, { recursive: true, force: true });
    await runServerless(stage, architecture, draft);
    await writeFile(join(draft, stampName), stamp);
    await rm(target, { recursive: true, force: true });
    await rename(draft, target);
  });
  return packaged;
}

/** Changes when anything does that a package is made of. The stage `local` takes settings from the environment too. */
export async function stampOf(stage: string, environment: NodeJS.ProcessEnv): Promise<string> {
  const chosen = stage === 'local' ? readStageSettings(readStages(), stage, environment).texts : {};
  return `${await fingerprint(projectFolder, sources)} ${JSON.stringify(chosen)}`;
}

/** Throws a Refusal that says what Serverless said, where it does not succeed. */
async function runServerless(stage: string, architecture: Architecture, directory: string): Promise<void> {
  const program = join(projectFolder, 'node_modules', 'serverless', 'bin', 'serverless.js');
  const { AWS_REGION: _region, NODE_OPTIONS: _options, ...environment } = process.env;
  const packaging = promisify(execFile)(process.execPath, [program, 'package', '--stage', stage, '--package', directory], {
    cwd: projectFolder,
    env: {
      ...environment,
      LAMBDA_ARCHITECTURE: architecture,
      PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter),
    },
    maxBuffer: 64 * 1024 * 1024,
  });
  const end = () => packaging.child.kill();
  process.once('exit', end);
  try {
    await packaging;
  } catch (error) {
    const { stdout = '', stderr = '', message } = error as Error & { stdout?: string; stderr?: string };
    throw new Refusal(`serverless package --stage ${stage} failed:\n${`${stdout}${stderr}`.trim() || message}`);
  } finally {
    process.off('exit', end);
  }
}
