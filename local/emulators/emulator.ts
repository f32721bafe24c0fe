import { makeFolder as make } from '#local/make-folder.ts';

/** A stand-in for one AWS service that runs on this machine and can be reached from nowhere else. */
export type Emulator = {
  /** Where it listens, such as `http://127.0.0.1:4567`, for the SDK's `endpoint` or `AWS_ENDPOINT_URL_…`. */
  readonly endpoint: string;
  /** Ends it, and answers when it has ended; asking again does no harm. */
  stop(): Promise<void>;
};

/** What every client of an emulator signs with: S3 looks the key up, the others take any. */
export const localCredentials = { accessKeyId: 'local', secretAccessKey: 'local' } as const;

/** An emulator that could not be started, and what to do about it; the message is meant for a person. */
export class EmulatorError extends Error {
  override readonly name = 'EmulatorError';
}

/** Sees that an emulator has a folder for its data, or throws an EmulatorError that names the emulator and the reason. */
export function makeFolder(folder: string, emulator: string): void {
  try {
    make(folder);
  } catch (cause) {
    throw new EmulatorError(`${emulator} cannot keep its data in ${folder}: ${(cause as Error).message}`, { cause });
  }
}
