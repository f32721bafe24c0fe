import { defineConfig } from 'vitest/config';

/** Files of one worker share what they import; what they replace in their surroundings is put back after each test. */
const shared = { isolate: false, restoreMocks: true, unstubEnvs: true, unstubGlobals: true };

/**
 * `vitest run` runs all of them, in two workers; `vitest run --project rules` one. Those that come first wait for emulators and processes;
 * `quick` is for `npm run test:quick` only.
 */
export default defineConfig({
  test: {
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    projects: [
      { extends: true, test: { name: 'rules', include: ['tests/{lib,plugins}/**/*.test.ts'], ...shared } },
      {
        extends: true,
        test: { name: 'stores', include: ['tests/stores/**/*.test.ts'], globalSetup: ['tests/stores/start-engines.ts'], ...shared },
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
          globalSetup: ['tests/package-first.ts'],
          testTimeout: 120_000,
          hookTimeout: 300_000,
          ...shared,
        },
      },
    ],
  },
});
