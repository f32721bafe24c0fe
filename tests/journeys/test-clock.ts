/** The clock of a stage under test, in milliseconds since 1970. It follows the real clock until a test stops it. */
export type TestClock = {
  readonly now: () => number;
  /** Stops the clock, at this instant if one is given. A slow machine then changes no result. */
  stop(at?: number): void;
  /** Stops the clock and moves it forward by so many seconds. */
  pass(seconds: number): void;
  /** Returns to the real clock. */
  run(): void;
  readonly isMoved: () => boolean;
};

export function testClock(): TestClock {
  let stopped: number | undefined;
  const now = () => stopped ?? Date.now();
  return {
    now,
    stop(at = now()) {
      stopped = at;
    },
    pass(seconds) {
      stopped = now() + seconds * 1000;
    },
    run() {
      stopped = undefined;
    },
    isMoved: () => stopped !== undefined,
  };
}
