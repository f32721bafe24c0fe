import { makeFolder as make } from '#local/make-folder.ts';

/** A stand-in for one AWS service. It runs on this machine and cannot be reached from others. */
export type Emulator = {
  /** Its address, such as `http://127.0.0.1:4567`, for the SDK's `endpoint` or `AWS_ENDPOINT_URL_…`. */
  readonly endpoint: string;
  /** Ends it, and resolves when it has ended; a second call does nothing. */
  stop(): Promise<void>;
};

/** The credentials of every client of an emulator: S3 looks the key up, the others accept any. */
export const localCredentials = { accessKeyId: 'local', secretAccessKey: 'local' } as const;

/** An emulator that could not be started. The message says for a person what to do. */
export class EmulatorError extends Error {
  override readonly name = 'EmulatorError';
}

/** Creates the folder for an emulator's data if needed, or throws an EmulatorError with the emulator and the reason. */
export function makeFolder(folder: string, emulator: string): void {
  try {
    make(folder);
  } catch (cause) {
    throw new EmulatorError(`${emulator} cannot keep its data in ${folder}: ${(cause as Error).message}`, { cause });
  }
}
