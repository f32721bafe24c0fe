import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { npmCommands, wrongCommands } from './npm-commands.ts';
import { deployedStages } from './packaged-template.ts';
import { jobsOf, workflows } from './workflows.ts';

const page = readFileSync('docs/deploy.md', 'utf8');
const blocks = (language: string) =>
  [...page.matchAll(/^( *)```(\w*)\n([\s\S]*?)\n *```$/gm)].flatMap(([, , found, text = '']) => (found === language ? [text] : []));

it.each(['docs/deploy.md', 'README.md', 'docs/keys.md'])('the commands in %s exist, with their options', async (file) => {
  const commands = npmCommands(readFileSync(file, 'utf8')).filter(({ script }) => script !== 'users');
  expect(commands.length).toBeGreaterThan(2);
  expect(await wrongCommands(commands)).toEqual([]);
});

it('the scripts of the page can be read by bash', () => {
  expect(blocks('sh').length).toBeGreaterThan(5);
  for (const script of blocks('sh')) expect(spawnSync('bash', ['-n'], { input: script, encoding: 'utf8' }).stderr).toBe('');
});

it('the page names each environment, variable and secret of the workflows', () => {
  const used = workflows.flatMap(({ text }) => [...text.matchAll(/\b(?:vars|secrets)\.(\w+)/g)].map(([, name]) => name));
  expect(new Set(used)).toEqual(new Set(['DEPLOY_ROLE', 'DRIFT_ROLE', 'AWS_REGION', 'SMOKE_USERNAME', 'SMOKE_PASSWORD']));
  const stages = deployedStages.map(([name]) => name);
  for (const name of [...used, ...stages, ...stages.map((stage) => `${stage}-drift`), 'preview']) expect(page).toContain(`\`${name}\``);
  const environments = workflows.flatMap((workflow) => jobsOf(workflow).flatMap(({ job }) => job.environment ?? []));
  expect(environments).toEqual(['${{ inputs.stage }}', '${{ matrix.stage }}-drift', 'preview', 'preview']);
});

it('the rollback of the page gives the inputs that the workflow asks for', () => {
  const { on } = workflows.find(({ file }) => file.endsWith('/deploy.yml')) as unknown as {
    on: { workflow_dispatch: { inputs: Record<string, { required: boolean }> } };
  };
  const given = [...page.matchAll(/gh workflow run deploy\.yml(.*)$/gm)].flatMap(([, rest = '']) =>
    [...rest.matchAll(/-f (\w+)=/g)].map(([, name]) => name),
  );
  const required = Object.entries(on.workflow_dispatch.inputs).flatMap(([name, input]) => (input.required ? [name] : []));
  expect(given).toEqual(required);
});

it('the job for GitLab takes a role by a token of its own, after it has checked the package', () => {
  const [text = ''] = blocks('yaml');
  const { prod } = parse(text) as { prod: { id_tokens: object; resource_group: string; when: string; script: string[] } };
  expect(prod).toMatchObject({ id_tokens: { AWS_TOKEN: { aud: 'sts.amazonaws.com' } }, resource_group: 'deploy-prod', when: 'manual' });
  const at = (word: string) => prod.script.findIndex((line) => line.includes(word));
  const order = ['SHA256SUMS', 'npm ci', 'AWS_TOKEN', 'keys:create', 'npm run deploy', 'npm run smoke'].map(at);
  expect(order).toEqual([0, 1, 2, 4, 5, 6]);
});
