import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The engines that can stand in for DynamoDB, the preferred one first: a binary, and AWS's own, which needs Java. */
export const dynamoEngines = ['dynoxide', 'dynamodb-local'] as const;

export type Machine = { readonly platform: string; readonly arch: string };

/** The path of a package's `package.json`; undefined if the package is not installed. */
export type Resolve = (name: string) => string | undefined;

/** The machines for which dynoxide publishes a binary, each in a package of its own. package.json names the same. */
export const dynoxideMachines: readonly string[] = ['darwin-arm64', 'darwin-x64', 'linux-arm64', 'linux-x64', 'win32-x64'];

/** The oldest Java on which DynamoDB Local runs. */
export const oldestJava = 17;

/** The package with the binary for a machine; undefined if dynoxide publishes none. */
function dynoxidePackage({ platform, arch }: Machine): string | undefined {
  return dynoxideMachines.includes(`${platform}-${arch}`) ? `@dynoxide/${platform}-${arch}` : undefined;
}

/** The installed binary for a machine; undefined if there is none. */
export function dynoxideBinary(machine: Machine, resolve: Resolve): string | undefined {
  const name = dynoxidePackage(machine);
  const manifest = name && resolve(name);
  if (!manifest) return undefined;
  const binary = join(dirname(manifest), machine.platform === 'win32' ? 'dynoxide.exe' : 'dynoxide');
  return existsSync(binary) ? binary : undefined;
}

/**
 * Advice for a machine without a DynamoDB, or without the requested engine. `java` is its major version, 0 for none.
 */
export function howToGetDynamo(machine: Machine, java: number, asked?: (typeof dynamoEngines)[number]): string {
  const ways = [...(asked === 'dynamodb-local' ? [] : binaryWay(machine)), ...(asked === 'dynoxide' ? [] : [javaWay(machine, java)])];
  const place = `${machine.platform} on ${machine.arch}`;
  const missing = asked
    ? `The DynamoDB engine ${asked} is not available here (${place}).`
    : `There is no DynamoDB for this machine (${place}).`;
  if (ways.length === 0) return `${missing} dynoxide has no binary for it.`;
  return [`${missing} ${ways.length > 1 ? 'Either of these helps:' : 'This helps:'}`, ...ways.map((way) => `  ${way}`)].join('\n');
}

/** The package is in package.json. npm silently leaves it out with `--omit=optional`, or if it cannot be fetched. */
function binaryWay(machine: Machine): string[] {
  const name = dynoxidePackage(machine);
  return name ? [`npm install --include=optional   (brings ${name}, if the registry has it)`] : [];
}

function javaWay({ platform }: Machine, java: number): string {
  const commands: Readonly<Record<string, string>> = {
    darwin: 'brew install --cask temurin',
    linux: 'sudo apt-get install default-jre-headless, or what your distribution calls it',
    win32: 'winget install EclipseAdoptium.Temurin.21.JRE',
  };
  const reason = `Java ${oldestJava} or later, on which DynamoDB Local runs${java > 0 ? `; Java ${java} is too old` : ''}`;
  const command = commands[platform];
  return command ? `${command}   (brings ${reason})` : `install ${reason}`;
}
