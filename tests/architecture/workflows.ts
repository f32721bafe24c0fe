import { globSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { parse } from 'yaml';

export type Step = {
  readonly name?: string;
  readonly id?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
};
type Job = {
  readonly uses?: string;
  readonly secrets?: string;
  readonly needs?: string | readonly string[];
  readonly if?: string;
  readonly with?: Readonly<Record<string, string>>;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly environment?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly concurrency?: { readonly group: string; readonly 'cancel-in-progress': boolean };
  readonly 'timeout-minutes'?: number;
  readonly steps?: readonly Step[];
};
export type Workflow = {
  readonly file: string;
  readonly text: string;
  readonly on: unknown;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
};

/** The workflows of the repository. */
export const workflows: readonly Workflow[] = globSync('.github/workflows/*.yml')
  .toSorted()
  .map((file) => workflowOf(file, readFileSync(file, 'utf8')));

export function workflowOf(file: string, text: string): Workflow {
  return { file, text, ...(parse(text) as Omit<Workflow, 'file' | 'text'>) };
}

type Parser = typeof import('@actions/workflow-parser');
let parser: Promise<Parser> | undefined;

/** GitHub's own parser. It imports JSON as bundlers do, which Node refuses; so it is bundled first. */
async function loadParser(): Promise<Parser> {
  const name = '@actions/workflow-parser';
  const { outputFiles } = await build({ entryPoints: [name], bundle: true, format: 'esm', platform: 'node', write: false });
  await mkdir('.build', { recursive: true });
  await writeFile('.build/workflow-parser.mjs', outputFiles[0]?.contents ?? '');
  return await import(pathToFileURL('.build/workflow-parser.mjs').href);
}

/** What GitHub's parser refuses in a workflow: unknown keys, wrong values, expressions that cannot be read. */
export async function parserErrors({ file, text }: Pick<Workflow, 'file' | 'text'>): Promise<string[]> {
  parser ??= loadParser();
  const { NoOperationTraceWriter, parseWorkflow } = await parser;
  const { context } = parseWorkflow({ name: file, content: text }, new NoOperationTraceWriter());
  return context.errors.getErrors().map(({ message }) => message);
}

/** Every job, with its place. */
export function jobsOf({ file, jobs }: Workflow) {
  return Object.entries(jobs).map(([name, job]) => ({ at: `${file}: ${name}`, job, steps: job.steps ?? [] }));
}

/** What is unsafe in a workflow, one line each. */
export function risksOf(workflow: Workflow): string[] {
  const { file, text, on, permissions } = workflow;
  const uses = [...text.matchAll(/uses: (\S+)(.*)$/gm)];
  return [
    ...uses.flatMap(([, action = '', comment = '']) => {
      const isPinned = action.startsWith('./') || (/@[0-9a-f]{40}$/.test(action) && /^ # v\d+\.\d+\.\d+$/.test(comment));
      return isPinned ? [] : [`${file}: ${action} is not pinned to a commit with its version`];
    }),
    ...(permissions && Object.keys(permissions).length === 0 ? [] : [`${file}: the workflow itself has permissions`]),
    ...(JSON.stringify(on).includes('pull_request_target') ? [`${file}: pull_request_target gives strangers' code our secrets`] : []),
    ...jobsOf(workflow).flatMap((each) => jobRisks(each)),
  ];
}

function jobRisks({ at, job, steps }: ReturnType<typeof jobsOf>[number]): string[] {
  const { permissions, concurrency } = job;
  const allowed = { contents: 'read', 'id-token': 'write' } as Readonly<Record<string, string>>;
  const takesRole = steps.findIndex(({ uses = '' }) => uses.startsWith('aws-actions/configure-aws-credentials@'));
  const install = steps.findIndex(({ run }) => run === 'npm ci');
  return [
    ...(permissions ? [] : [`${at}: it says no permissions`]),
    ...Object.entries(permissions ?? {}).flatMap(([name, level]) => (allowed[name] === level ? [] : [`${at}: it has ${name}: ${level}`])),
    ...(job.uses || job['timeout-minutes'] ? [] : [`${at}: it may run for six hours`]),
    ...steps.flatMap(({ run = '' }) => (run.includes('${{') ? [`${at}: an expression in a script can be a command: ${run}`] : [])),
    ...steps.flatMap(({ uses = '', with: given }) =>
      uses.startsWith('actions/checkout@') && given?.['persist-credentials'] !== false ? [`${at}: the checkout leaves a token behind`] : [],
    ),
    ...(takesRole >= 0 && (takesRole < install || !job.environment || permissions?.['id-token'] !== 'write')
      ? [`${at}: it takes a role before its packages are installed, or outside of an environment`]
      : []),
    ...(takesRole < 0 && !job.uses && permissions?.['id-token'] ? [`${at}: it could take a role, and takes none`] : []),
    ...(takesRole >= 0 && concurrency?.['cancel-in-progress'] !== false ? [`${at}: two of it could run at once, or be cut off`] : []),
  ];
}
