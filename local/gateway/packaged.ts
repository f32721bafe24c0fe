import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { projectFolder, readStages } from '#local/project.ts';
import { Refusal } from '#local/refusal.ts';
import { fingerprint } from '../../plugins/bundles/fingerprint.ts';
import { readStageSettings } from '../../plugins/stage-settings.ts';
import { withLock } from './lock.ts';

export type Architecture = 'x86_64' | 'arm64';
export type PackageOptions = {
  readonly stage: string;
  /** The architecture of the Lambda; by default that of this machine. */
  readonly architecture?: Architecture;
  /** The folder of the project; by default this one. */
  readonly project?: string;
  /** The target folder; by default one in `.build` of the project. */
  readonly directory?: string;
  /** Settings that shape the template, on top of those of the environment. Only the stage `local` accepts them. */
  readonly settings?: Readonly<Record<string, string>>;
};
/** The result of `serverless package`: the compiled template, and the zips beside it. */
export type Packaged = { readonly directory: string; readonly templateFile: string };

/** The architecture of a Lambda whose zips run on this machine. */
export const localArchitecture: Architecture = process.arch === 'arm64' ? 'arm64' : 'x86_64';

/** The inputs of a package besides the plugins. */
const sources = [
  'functions',
  'project',
  'lib',
  'resources',
  'openapi.json',
  'serverless.yml',
  'stages.yml',
  'package.json',
  'package-lock.json',
];
const plugins = ['plugins/gatehouse.ts', 'plugins/packaging.ts'];
const stampName = '.sources';

/**
 * Copies this project into `.build` with other hooks and, if given, other attributes, like a team with its own files in
 * `project/`. The copy shares installed packages and kept bundles with this project. Returns its folder.
 */
export async function projectWithHooks(name: string, hooks: string, attributes?: string): Promise<string> {
  const project = join(projectFolder, '.build', 'projects', name);
  for (const path of [...sources, 'plugins', 'local', 'tsconfig.json']) {
    await rm(join(project, path), { recursive: true, force: true });
    await cp(join(projectFolder, path), join(project, path), { recursive: true });
  }
  await writeFile(join(project, 'project', 'hooks.ts'), hooks);
  if (attributes !== undefined) await writeFile(join(project, 'project', 'attributes.ts'), attributes);
  await mkdir(join(project, '.build'), { recursive: true });
  for (const path of ['node_modules', '.build/bundles', '.build/native-packages']) {
    await mkdir(join(projectFolder, path), { recursive: true });
    await symlink(join(projectFolder, path), join(project, path)).catch(() => undefined); // it exists
  }
  return project;
}

/**
 * Packages a stage as for a deployment, unless no input has changed since the last time. One at a time per project,
 * because the framework works in one folder of it.
 */
export async function packageStage(options: PackageOptions): Promise<Packaged> {
  const { stage, architecture = localArchitecture, project = projectFolder, settings = {} } = options;
  const target = options.directory ?? join(project, '.build', [stage, architecture, ...digestOf(settings)].join('-'));
  const environment = { ...process.env, ...settings };
  const packaged = { directory: target, templateFile: join(target, 'cloudformation-template-update-stack.json') };
  await withLock(join(project, '.build', 'packaging.lock'), async () => {
    const stamp = await stampOf(stage, environment, project);
    const last = await readFile(join(target, stampName), 'utf8').catch(() => '');
    if (last === stamp) return;
    const draft = `${target}.draft`;
    await rm(draft, { recursive: true, force: true });
    await runServerless(stage, architecture, draft, { project, environment });
    await writeFile(join(draft, stampName), stamp);
    await rm(target, { recursive: true, force: true });
    await rename(draft, target);
  });
  return packaged;
}

/** Distinguishes the folders of packages with different settings. */
function digestOf(settings: Readonly<Record<string, string>>): string[] {
  if (Object.keys(settings).length === 0) return [];
  return [createHash('sha256').update(JSON.stringify(settings)).digest('hex').slice(0, 8)];
}

/** Changes if any input of a package changes. The stage `local` takes settings from the environment too. */
export async function stampOf(stage: string, environment: NodeJS.ProcessEnv, project = projectFolder): Promise<string> {
  const chosen = stage === 'local' ? readStageSettings(readStages(), stage, environment).texts : {};
  const files = [...sources, ...(await pluginFiles(project))];
  return `${await fingerprint(project, files)} ${JSON.stringify(chosen)}`;
}

/** The plugins and every file of ours that they import, some of them in `local`. */
async function pluginFiles(project: string): Promise<string[]> {
  const { metafile } = await build({
    absWorkingDir: project,
    entryPoints: plugins,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    outdir: '.',
    write: false,
    metafile: true,
    logLevel: 'silent',
  });
  return Object.keys(metafile.inputs).sort();
}

type Surroundings = { readonly project: string; readonly environment: NodeJS.ProcessEnv };

/** Throws a Refusal with the output of Serverless if it fails. */
async function runServerless(
  stage: string,
  architecture: Architecture,
  directory: string,
  { project, environment: given }: Surroundings,
): Promise<void> {
  const program = join(projectFolder, 'node_modules', 'serverless', 'bin', 'serverless.js');
  const { AWS_REGION: _region, NODE_OPTIONS: _options, ...environment } = given;
  const packaging = promisify(execFile)(process.execPath, [program, 'package', '--stage', stage, '--package', directory], {
    cwd: project,
    env: {
      ...environment,
      LAMBDA_ARCHITECTURE: architecture,
      PATH: [dirname(process.execPath), given['PATH']].join(delimiter),
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
