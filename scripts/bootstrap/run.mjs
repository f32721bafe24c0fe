import { spawn, spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brokeOff, whyNotInstalled } from './installed.mjs';

const folder = fileURLToPath(new URL('../..', import.meta.url));
const tools = join(folder, 'node_modules', '.bin');
const neededMajor = 24;

/**
 * Installs missing packages, then runs a script (`scripts/start.ts`) or a tool (`vitest run`) with Node 24 and the
 * project's tools on the path. Passes signals on, and exits with its exit code.
 */
export async function run(parameters) {
  if (parameters.length === 0) return refuse('Usage: node scripts/with-node.mjs <script or tool> [arguments…]');
  const reason = whyNotInstalled(folder);
  if (reason && !install(reason)) return;
  const node = findNode();
  if (!node) return;
  // The tools start with the `node` on the path.
  const path = [tools, dirname(node), process.env.PATH].filter(Boolean).join(delimiter);
  // A script, perhaps after flags for Node, or a tool.
  const script = parameters.find((each) => !each.startsWith('-')) ?? '';
  const isScript = /\.[cm]?[jt]s$/.test(script);
  const [command, ...rest] = isScript ? [node, ...parameters] : parameters;
  // glibc keeps separate memory for each thread, up to eight times the number of cores; few threads of a script need
  // much.
  const memory = isScript ? { MALLOC_ARENA_MAX: process.env.MALLOC_ARENA_MAX ?? '2' } : {};
  const isWindows = process.platform === 'win32';
  const child = spawn(command, rest, { stdio: 'inherit', env: { ...process.env, ...memory, PATH: path }, shell: isWindows });
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, () => child.kill(signal));
  endWithNpm(child);
  child.on('error', (error) => refuse(`${parameters[0]} could not be run: ${error.message}`));
  child.on('exit', (code, signal) => process.exit(signal ? 128 + constants.signals[signal] : code));
}

/**
 * Installs the lock file without changing it, from scratch if an earlier attempt was interrupted. `npm ci` would delete
 * a good installation for one outdated package, and refuses a lock file made without the binaries of other machines.
 */
function install(reason) {
  console.log(`Installing packages, because ${reason}. This takes a minute or two the first time.`);
  if (reason === brokeOff) rmSync(join(folder, 'node_modules'), { recursive: true, force: true });
  const outside = (process.env.PATH ?? '').split(delimiter).filter((entry) => !/node_modules[\\/]\.bin$/.test(entry));
  const flags = ['--no-save', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status, error } = spawnSync('npm', ['install', ...flags], {
    cwd: folder,
    // Not with the Node in node_modules, because this replaces it.
    env: { ...process.env, PATH: outside.join(delimiter) },
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (status === 0) return true;
  refuse(
    `The packages could not be installed${error ? ` (${error.message})` : ''}; the output of npm is above. Try again with: npm install`,
  );
  return false;
}

function findNode() {
  const own = join(tools, process.platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(own) && majorOf(own) >= neededMajor) return own;
  if (Number(process.versions.node.split('.')[0]) >= neededMajor) return process.execPath;
  refuse(
    `There is no Node ${neededMajor}: the package "node" brings it, but its install script did not run (npm config ignore-scripts?). ` +
      `Run: npm rebuild node, or install Node ${neededMajor} yourself.`,
  );
  return undefined;
}

function majorOf(node) {
  const { stdout } = spawnSync(node, ['--version'], { encoding: 'utf8' });
  return Number(/^v(\d+)/.exec(stdout ?? '')?.[1] ?? 0);
}

/** A killed npm cannot pass anything on; its children then have another parent. */
function endWithNpm(child) {
  if (!process.env.npm_lifecycle_event || process.platform === 'win32') return;
  const parent = process.ppid;
  setInterval(() => process.ppid === parent || child.kill('SIGTERM'), 500).unref();
}

function refuse(line) {
  console.error(line);
  process.exitCode = 1;
}
