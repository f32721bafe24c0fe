/** The part of a package in `package-lock.json` that is read here. */
type LockedPackage = {
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
};
export type Lock = { readonly lockfileVersion: number; readonly packages: Readonly<Record<string, LockedPackage>> };

/**
 * A lock file with these packages and everything they depend on, for every platform. Throws if one of them is not
 * locked.
 */
export function lockedPackages({ lockfileVersion, packages }: Lock, names: readonly string[]): Lock {
  const wanted = names.map((name) => `node_modules/${name}`);
  const missing = names.find((name) => !packages[`node_modules/${name}`]);
  if (missing) throw new Error(`package-lock.json has no ${missing}, which a function imports: npm install ${missing}`);
  const found = new Set(wanted);
  for (const path of found) {
    const { dependencies = {}, optionalDependencies = {} } = packages[path] ?? {};
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const place = placeOf(name, path, packages);
      if (place) found.add(place);
    }
  }
  const dependencies = Object.fromEntries(names.map((name) => [name, packages[`node_modules/${name}`]?.version ?? '']));
  const entries = [...found].sort().map((path) => [path, packages[path] ?? {}] as const);
  return { lockfileVersion, packages: { '': { dependencies }, ...Object.fromEntries(entries) } };
}

/** The path of a package that the one at `from` imports: in its own node_modules, or further out. */
function placeOf(name: string, from: string, packages: Lock['packages']): string | undefined {
  for (let folder = from; ; folder = folder.slice(0, folder.lastIndexOf('/node_modules/'))) {
    const path = `${folder}/node_modules/${name}`;
    if (packages[path]) return path;
    if (!folder.includes('/node_modules/')) break;
  }
  return packages[`node_modules/${name}`] ? `node_modules/${name}` : undefined;
}
