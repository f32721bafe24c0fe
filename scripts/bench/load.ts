import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { environmentOf, functionsOf } from '#local/gateway/lambda-function.ts';
import { packageStage } from '#local/gateway/packaged.ts';
import { readTemplate } from '#local/gateway/template.ts';
import { unpacked } from '#local/gateway/unpacked.ts';
import { projectFolder } from '#local/project.ts';
import { median, type Row } from './row.ts';

type Loaded = { readonly name: string; readonly file: string; readonly environment: Record<string, string> };

const rounds = 21;
const run = promisify(execFile);
/** Milliseconds that `require` takes in a fresh process, timed inside it: the start of Node itself is not ours. */
const timer =
  'const t=process.hrtime.bigint();require(process.argv[1]);process.stdout.write(String(Number(process.hrtime.bigint()-t)/1e6));process.exit(0)';

/**
 * The time that each zip takes to load in a fresh process, above an empty bundle, against an empty handler with one
 * DynamoDB command bundled with esbuild's defaults. All are timed in turn, so that a slow moment of the machine affects
 * all of them.
 */
export async function measureLoads(): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-bench-'));
  try {
    const subjects = [...(await baselines(folder)), ...(await packagedFunctions())];
    const times = new Map<string, number[]>(subjects.map(({ name }) => [name, []]));
    for (let round = 0; round < rounds; round += 1) {
      for (const subject of subjects) times.get(subject.name)?.push(await load(subject));
    }
    const above = (name: string) => median(times.get(name) ?? []) - median(times.get('empty') ?? []);
    return toRows(
      subjects.map(({ name }) => name),
      above,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function load({ file, environment }: Loaded): Promise<number> {
  const { stdout } = await run(process.execPath, ['-e', timer, file], { env: environment });
  return Number(stdout);
}

async function baselines(folder: string): Promise<Loaded[]> {
  const plain = `import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
const client = new DynamoDBClient({}); export const handler = () => client.send(new GetItemCommand({}));`;
  const bundled = async (name: string, contents: string): Promise<Loaded> => {
    const file = join(folder, `${name}.cjs`);
    const { outputFiles } = await build({ stdin: { contents, resolveDir: projectFolder }, bundle: true, platform: 'node', write: false });
    await writeFile(file, outputFiles[0]?.contents ?? '');
    return { name, file, environment: { AWS_REGION: 'eu-central-1' } };
  };
  return [await bundled('empty', 'export const handler = () => {}'), await bundled('plain', plain), await bundled('plain again', plain)];
}

async function packagedFunctions(): Promise<Loaded[]> {
  const { directory, templateFile } = await packageStage({ stage: 'dev' });
  const template = await readTemplate(templateFile);
  return await Promise.all(
    functionsOf(template, directory).map(async (fn) => {
      const { root } = await unpacked(fn.zip);
      const environment = environmentOf(fn, template, { root, key: 'bench', own: {} });
      return { name: fn.name, file: join(root, fn.handler.replace(/\.\w+$/, '.cjs')), environment };
    }),
  );
}

function toRows(names: readonly string[], above: (name: string) => number): Row[] {
  const baseline = above('plain');
  const isSteady = Math.abs(above('plain again') / baseline - 1) <= 0.05;
  return names
    .filter((name) => name !== 'empty' && name !== 'plain')
    .map((name) => {
      const ratio = above(name) / baseline;
      const budget = name === 'plain again' ? 1.05 : name === 'avatarDecode' ? 1.6 : ['health', 'openapi'].includes(name) ? 0.15 : 0.6;
      return {
        measure: 'B5 load',
        subject: name,
        figure: `${above(name).toFixed(1)} ms`,
        baseline: `${baseline.toFixed(1)} ms`,
        ratio: ratio.toFixed(2),
        budget: `≤ ${budget}`,
        isMet: isSteady ? ratio <= budget : 'void',
      };
    });
}
