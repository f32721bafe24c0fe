/** The clock of a stage under test, in milliseconds since 1970. It goes as the clock on the wall until a test stops it. */
export type TestClock = {
  readonly now: () => number;
  /** Stops it, at this instant or where it is. A machine that is slow then changes nothing. */
  stop(at?: number): void;
  /** Lets so many seconds pass at once on the stopped clock. */
  pass(seconds: number): void;
  /** Goes on with the time on the wall. */
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
