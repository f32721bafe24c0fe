import type { Emulators } from './emulators.ts';
import type { LocalFolder } from './local-folder.ts';

/** What `npm start` has made before Serverless comes to its part, which is to read serverless.yml and to lead from there. */
export type LocalRun = {
  readonly port: number;
  /** Where people reach it, such as `http://localhost:3000`. */
  readonly url: string;
  readonly folder: LocalFolder;
  readonly emulators: Emulators;
  readonly inspectPort: number | undefined;
  /** What was in the environment when it was started, with `.env` below it: settings of the stage `local` come from there. */
  readonly given: NodeJS.ProcessEnv;
  /** A line of a function, for the log. */
  readonly log: (text: string) => void;
  /** A line for the person at the terminal. */
  readonly tell: (line: string) => void;
  /** Says what is being done now, until the next. */
  readonly doing: (what: string) => void;
  /** Told how to end what was started; the last is ended first. */
  readonly started: (part: { stop(): Promise<void> }) => void;
  /** Everything answers. */
  readonly ready: () => void;
  /** It cannot be served, and why. */
  readonly fail: (error: unknown) => void;
  /** Resolves when the run is being ended and has ended. */
  readonly ended: Promise<void>;
};

let current: LocalRun | undefined;

export function beginRun(run: LocalRun): void {
  current = run;
}

/** The run of this process; undefined where somebody started `serverless offline` without it. */
export function currentRun(): LocalRun | undefined {
  return current;
}
