import { appendFile } from 'node:fs/promises';
import type { CloudFormationClientConfig } from '@aws-sdk/client-cloudformation';
import { lossesIn, tableOf } from './changes/losses.ts';
import { refuseOtherPackage } from './changes/packaged-for.ts';
import type { Log } from './framework.ts';

/** The part of the framework that deploys. */
export type DeployingFramework = {
  readonly processedInput: { readonly options: Readonly<Record<string, unknown>> };
  readonly service: {
    readonly service: string;
    readonly provider: { readonly shouldNotDeploy?: boolean };
    readonly package: { readonly artifactDirectoryName?: string };
  };
  readonly classes: { readonly Error: new (message: string, code?: string) => Error };
  getProvider(name: 'aws'): {
    getStage(): string;
    getRegion(): string;
    getServerlessDeploymentBucketName(): Promise<string>;
    getAwsSdkV3Config(): Promise<CloudFormationClientConfig>;
    readonly naming: { getStackName(): string; getCompiledTemplateS3Suffix(): string };
  };
};

/**
 * Guards every `npm run deploy`. It refuses a package of another stage, shows what will change, and refuses to delete or
 * replace a table or bucket that ACCEPT_LOSS_OF does not name (docs/deploy.md).
 */
export default class DeployingPlugin {
  readonly #serverless: DeployingFramework;
  readonly #log: Log;
  readonly hooks: Readonly<Record<string, () => Promise<void>>>;

  constructor(serverless: DeployingFramework, _options: unknown, { log }: { readonly log: Log }) {
    this.#serverless = serverless;
    this.#log = log;
    this.hooks = {
      'before:deploy:deploy': () => this.#orRefuse(() => this.#checkPackage()),
      'after:aws:deploy:deploy:validateTemplate': () => this.#orRefuse(() => this.#checkChanges()),
    };
  }

  async #checkPackage(): Promise<void> {
    const { package: directory } = this.#serverless.processedInput.options;
    if (typeof directory !== 'string') return;
    const provider = this.#serverless.getProvider('aws');
    const { service } = this.#serverless.service;
    await refuseOtherPackage(directory, { service, stage: provider.getStage(), region: provider.getRegion() });
  }

  /** The SDK is loaded here, because `npm start` reads this file too and deploys nothing. */
  async #checkChanges(): Promise<void> {
    const { provider: state, package: artifact } = this.#serverless.service;
    if (state.shouldNotDeploy) return;
    const provider = this.#serverless.getProvider('aws');
    const bucket = await provider.getServerlessDeploymentBucketName();
    const host = `s3.${provider.getRegion()}.amazonaws.com${provider.getRegion().startsWith('cn-') ? '.cn' : ''}`;
    const templateUrl = `https://${host}/${bucket}/${artifact.artifactDirectoryName}/${provider.naming.getCompiledTemplateS3Suffix()}`;
    const { CloudFormationClient } = await import('@aws-sdk/client-cloudformation');
    const { changesOf } = await import('./changes/change-set.ts');
    const client = new CloudFormationClient(await provider.getAwsSdkV3Config());
    const stackName = provider.naming.getStackName();
    const changes = await changesOf(client, { stackName, templateUrl, tags: [{ Key: 'STAGE', Value: provider.getStage() }] });
    client.destroy();
    await this.#tell(`## Changes of ${stackName}\n\n${tableOf(changes)}\n`);
    const losses = lossesIn(changes, namesIn(process.env['ACCEPT_LOSS_OF']));
    if (losses.length === 0) return;
    const ids = losses.map(({ LogicalResourceId }) => LogicalResourceId).join(',');
    throw new Error(
      `This deployment would delete or replace ${ids}, with all that is in it. Nothing was changed. ` +
        `If that is meant, set ACCEPT_LOSS_OF=${ids} for this one deployment.`,
    );
  }

  /** On the terminal, and on the page of a GitHub job if it is one. */
  async #tell(text: string): Promise<void> {
    this.#log.notice(text);
    const { GITHUB_STEP_SUMMARY: page } = process.env;
    if (page) await appendFile(page, `${text}\n`);
  }

  async #orRefuse(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      throw new this.#serverless.classes.Error((error as Error).message, 'DEPLOYING');
    }
  }
}

const namesIn = (text = ''): string[] =>
  text
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);
