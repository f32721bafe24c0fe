import { afterAll, beforeEach, expect } from 'vitest';
import { type Gateway, type GatewayOptions, startGateway } from '#local/gateway/gateway.ts';
import { keysOf } from './keys.ts';
import { mailOf } from './mail.ts';
import { seedsOf } from './seeds.ts';
import { tablesOf } from './tables.ts';
import { type TestClock, testClock } from './test-clock.ts';

type Settings = Readonly<Record<string, string>>;
type Options = Pick<GatewayOptions, 'stage' | 'shape'> & {
  /** The file's settings over those of the stage. They do not change the template. */
  readonly settings?: Settings;
};

/** A stage that one test file has to itself. */
type Stage = {
  /** `use` and `restart` set settings over those of the file until the test ends. */
  readonly gateway: Gateway;
  /** The time that the functions see. */
  readonly clock: TestClock;
  readonly tables: ReturnType<typeof tablesOf>;
  readonly seeds: ReturnType<typeof seedsOf>;
  readonly mail: ReturnType<typeof mailOf>;
};

/**
 * Nearly every journey registers users, and a deployed stage's password hash takes longer than all the rest. A function
 * accepts a cheaper hash only if `STAGE` is `local`. tests/journeys/old-passwords.test.ts uses the real hash.
 */
export const cheapHashes = { STAGE: 'local', BCRYPT_ROUNDS: '4' };

/** Instances per function and in total. Each is a thread that takes about 30 MB. */
const instanceLimits = { instances: 6, inAll: 24 };

type StartedGateway = { readonly gateway: Gateway; readonly clock: TestClock };
const started = new Map<string, Promise<StartedGateway>>();

/**
 * The gateway of all files of a worker that ask for the same template. Its functions stay warm from file to file. Each
 * file finds empty tables, its own settings and no logs or counts; each test finds the file's settings and no fault. A
 * file that leaves the clock or the keys changed fails.
 */
export async function sharedGateway({ settings = {}, ...template }: Options = {}): Promise<Stage> {
  const name = JSON.stringify(template);
  for (const [other, idle] of started) if (other !== name) (await idle).gateway.restart();
  const starting = started.get(name) ?? start(template);
  started.set(name, starting);
  const { gateway, clock } = await starting;
  await gateway.renew();
  const use = (more: Settings = {}) => gateway.use({ ...settings, ...more });
  const restart = (more: Settings = {}) => gateway.restart({ ...settings, ...more });
  use();
  const tables = tablesOf(gateway);
  const seeds = seedsOf(gateway, settings, clock.now);
  const keys = keysOf(gateway);
  const before = await keys.all();

  beforeEach(() => {
    gateway.gate.reset();
    use();
  });
  afterAll(async () => {
    const left = { isClockMoved: clock.isMoved(), keys: await keys.all() };
    for (const each of [tables, seeds, keys]) each.close();
    clock.run();
    expect(left, 'what this file leaves to the next').toEqual({ isClockMoved: false, keys: before });
  });
  return { gateway: { ...gateway, use, restart }, clock, tables, seeds, mail: mailOf(gateway, tables) };
}

/** Starts a gateway that only this file uses, with direct access to its tables and keys. It stops after the file. */
export async function ownGateway(options: GatewayOptions) {
  const gateway = await startGateway(options);
  const [tables, keys] = [tablesOf(gateway), keysOf(gateway)];
  afterAll(async () => {
    tables.close();
    keys.close();
    await gateway.stop();
  });
  return { gateway, tables, keys };
}

async function start(template: Options): Promise<StartedGateway> {
  const clock = testClock();
  return { gateway: await startGateway({ ...template, ...instanceLimits, clock: clock.now, environment: cheapHashes }), clock };
}
