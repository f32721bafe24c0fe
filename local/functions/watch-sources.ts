import { join, relative } from 'node:path';
import { watch } from 'chokidar';

/** A program may write a file in several steps, and git many files; this long after the last of them, in milliseconds, they count as saved. */
const calmMs = 40;

type Watching = {
  /** Resolves when no change is missed any more; to the reason if files cannot be watched, such as the system's limit (ENOSPC). */
  readonly ready: Promise<Error | undefined>;
  stop(): Promise<void>;
};

/**
 * Tells of the files under these paths of a project that are written, made or deleted: TypeScript, JSON, YAML, and those that are named
 * themselves. `onChange` gets their paths from the project's folder.
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
