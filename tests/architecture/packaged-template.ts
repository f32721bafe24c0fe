import { readFile } from 'node:fs/promises';
import { packageStage } from '#local/gateway/packaged.ts';
import type { Template, TemplateResource } from './cloudformation.ts';
import { readYaml } from './read-service.ts';

type Stage = { readonly keepData: boolean; readonly logRetentionDays: number; readonly requestsPerSecond: number };
// biome-ignore lint/suspicious/noExplicitAny: a test reads the properties it expects, and fails if they are absent
export type Properties = Record<string, any>;

/** A compiled template with shortcuts into it. */
export type PackagedTemplate = {
  readonly template: Template;
  /** The size that CloudFormation counts, without white space. */
  readonly bytes: number;
  /** The properties of all resources of a type. */
  readonly all: (type: string) => Properties[];
  /** A resource by its logical id. */
  readonly one: (id: string) => TemplateResource & { readonly Properties: Properties };
};

/** The stages that are deployed, with their entries in stages.yml. */
export const deployedStages = Object.entries(readYaml<Record<string, Stage>>('stages.yml')).filter(([name]) => name !== 'local');

/** The template of a stage as it would be deployed to arm64. */
export async function packagedTemplate(stage: string): Promise<PackagedTemplate> {
  const { templateFile } = await packageStage({ stage, architecture: 'arm64' });
  const template: Template = JSON.parse(await readFile(templateFile, 'utf8'));
  return {
    template,
    bytes: Buffer.byteLength(JSON.stringify(template)),
    all: (type) => Object.values(template.Resources).flatMap(({ Type, Properties = {} }) => (Type === type ? [Properties] : [])),
    one: (id) => ({ Type: '', Properties: {}, ...template.Resources[id] }),
  };
}
