import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// What Node compiled for one worker, or for a script that a test starts, is there for the next. It halves the start of a script.
process.env['NODE_COMPILE_CACHE'] ??= fileURLToPath(new URL('.build/compiled', import.meta.url));

/** Files of one worker share what they import; what they replace in their surroundings is put back after each test. */
const shared = { isolate: false, restoreMocks: true, unstubEnvs: true, unstubGlobals: true };

/**
 * `npm test` runs all of them, in two workers: the projects in the order of their names, and of each the largest files first, or those that
 * took longest where that is known from a run before. `npm run test:quick` runs the projects `rules` and `quick`.
 */
export default defineConfig({
  test: {
    maxWorkers: 2,
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // What a test waits for comes when it comes; a slow machine is no failure.
    expect: { poll: { timeout: 60_000, interval: 20 } },
    projects: [
      { extends: true, test: { name: 'quick', include: ['tests/quick/**/*.test.ts'] } },
      { extends: true, test: { name: 'rules', include: ['tests/{lib,plugins}/**/*.test.ts'], ...shared } },
      {
        extends: true,
        test: { name: 'stores', include: ['tests/stores/**/*.test.ts'], globalSetup: ['tests/stores/start-engines.ts'] },
      },
      {
        extends: true,
        test: {
          name: 'local',
          include: ['tests/{local,scripts}/**/*.test.ts'],
          exclude: ['tests/local/gateway/gateway.test.ts'],
        },
      },
      {
        extends: true,
        test: { name: 'architecture', include: ['tests/architecture/**/*.test.ts'], testTimeout: 300_000, hookTimeout: 300_000 },
      },
      {
        extends: true,
        test: {
          name: 'journeys',
          include: ['tests/journeys/**/*.test.ts', 'tests/local/gateway/gateway.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          ...shared,
        },
      },
    ],
  },
});
