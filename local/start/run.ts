import type { Emulators } from './emulators.ts';
import type { LocalFolder } from './local-folder.ts';

/** Everything that `npm start` has prepared before Serverless reads serverless.yml. */
export type LocalRun = {
  readonly port: number;
  /** The address for people, such as `http://localhost:3000`. */
  readonly url: string;
  readonly folder: LocalFolder;
  readonly emulators: Emulators;
  readonly inspectPort: number | undefined;
  /** The environment at the start, with `.env` below it. It may set any setting of the stage `local`. */
  readonly given: NodeJS.ProcessEnv;
  /** Writes a line of a function to the log. */
  readonly log: (text: string) => void;
  /** Writes a line to the terminal. */
  readonly tell: (line: string) => void;
  /** Names the step that begins now. */
  readonly doing: (what: string) => void;
  /** Registers a part to stop; the last one started is stopped first. */
  readonly started: (part: { stop(): Promise<void> }) => void;
  /** Called when everything answers. */
  readonly ready: () => void;
  /** Called with the reason if it cannot be served. */
  readonly fail: (error: unknown) => void;
  /** Resolves when all parts have been stopped. */
  readonly ended: Promise<void>;
};

let current: LocalRun | undefined;

export function beginRun(run: LocalRun): void {
  current = run;
}

/** The run of this process; undefined if `serverless offline` was started without `npm start`. */
export function currentRun(): LocalRun | undefined {
  return current;
}
