import { join, relative } from 'node:path';
import { watch } from 'chokidar';

/**
 * A program may write a file in several steps, and git many files. They count as saved this many milliseconds after the
 * last change.
 */
const calmMs = 40;

type Watching = {
  /**
   * Resolves when no change is missed any more: to undefined, or to the reason why files cannot be watched, such as
   * ENOSPC.
   */
  readonly ready: Promise<Error | undefined>;
  stop(): Promise<void>;
};

/**
 * Reports written, created and deleted files under these paths of a project: TypeScript, JSON, YAML, and files named
 * explicitly. `onChange` gets their paths relative to the project's folder.
 */
export function watchSources(project: string, paths: readonly string[], onChange: (files: readonly string[]) => void): Watching {
  const changed = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  const named = new Set(paths);
  const watcher = watch(
    paths.map((path) => join(project, path)),
    { ignoreInitial: true, atomic: calmMs, followSymlinks: false },
  );
  watcher.on('all', (_, path) => {
    const file = relative(project, path).replaceAll('\\', '/');
    if (!named.has(file) && !/\.(ts|mjs|json|ya?ml)$/.test(file)) return;
    changed.add(file);
    clearTimeout(timer);
    timer = setTimeout(() => {
      onChange([...changed].sort());
      changed.clear();
    }, calmMs);
  });
  const ready = Promise.withResolvers<Error | undefined>();
  watcher.on('ready', () => ready.resolve(undefined));
  watcher.on('error', (error) => ready.resolve(error as Error));
  return {
    ready: ready.promise,
    async stop() {
      clearTimeout(timer);
      await watcher.close();
    },
  };
}
