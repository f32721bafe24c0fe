import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { filterFile, filterFiles, refuseUnsoundFilter } from './breached-filter.ts';
import type { Framework, Log } from './framework.ts';

/** Makes the zip of every function, or of the one that is deployed, before the framework adds it to the template. */
export default class PackagingPlugin {
  readonly #serverless: Framework;
  readonly #log: Log;
  readonly hooks: Readonly<Record<string, () => Promise<void>>>;

  constructor(serverless: Framework, _options: unknown, { log }: { readonly log: Log }) {
    this.#serverless = serverless;
    this.#log = log;
    this.hooks = {
      'before:package:createDeploymentArtifacts': () => this.#package(Object.keys(serverless.service.functions)),
      'before:package:function:package': () => this.#package([String(serverless.processedInput.options['function'])]),
    };
  }

  /** The bundler is loaded here, because `npm start` reads this file too and bundles nothing. */
  async #package(names: readonly string[]): Promise<void> {
    await this.#refuseUnsoundFilter();
    const { stop } = await import('esbuild');
    process.env['GOGC'] ??= '30'; // esbuild then uses a third less memory and takes a fifth longer
    try {
      await this.#writeZips(names, stop);
    } catch (error) {
      throw new this.#serverless.classes.Error(`Bundling failed:\n${(error as Error).message}`, 'BUNDLING');
    } finally {
      await stop();
    }
  }

  get #breachedPasswords(): unknown {
    return this.#serverless.service.provider.environment['BREACHED_PASSWORDS'];
  }

  async #refuseUnsoundFilter(): Promise<void> {
    try {
      await refuseUnsoundFilter(this.#breachedPasswords, join(this.#serverless.serviceDir, filterFile));
    } catch (error) {
      throw new this.#serverless.classes.Error((error as Error).message, 'GATEHOUSE');
    }
  }

  async #writeZips(names: readonly string[], stop: () => Promise<void>): Promise<void> {
    const { bundles } = await import('./bundles/bundles.ts');
    const { nativePackages } = await import('./native-packages.ts');
    const readBy = filterFiles(this.#breachedPasswords);
    const { serviceDir: root, service } = this.#serverless;
    const wanted = Object.entries(service.functions).filter(([name]) => names.includes(name));
    const natives = nativePackages(root, service.provider.architecture ?? 'x86_64');
    const entries = wanted.map(([, { handler }]) => entryOf(handler));
    await mkdir(join(root, '.serverless'), { recursive: true });
    const onCount = (all: number, built: number) => this.#log.notice(progressOf(all, built));
    for await (const { entry, zip } of bundles({ root, entries, natives, readBy, onCount, onBuilt: stop })) {
      for (const [name, definition] of wanted) {
        if (entryOf(definition.handler) !== entry) continue;
        const artifact = join('.serverless', `${name}.zip`);
        await writeFile(join(root, artifact), zip);
        definition.package = { ...definition.package, artifact };
      }
    }
  }
}

/** The source file of a handler such as `functions/auth/login.handler`. */
export const entryOf = (handler: string): string => handler.replace(/\.\w+$/, '.ts');

function progressOf(all: number, built: number): string {
  const functions = built === 1 ? '1 function' : `${built} functions`;
  return built === all ? `Bundling ${functions}` : `Bundling ${functions} (${all - built} unchanged)`;
}
