import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { EmulatorError } from './emulator.ts';

export type Parameter = {
  readonly Type: 'String' | 'StringList' | 'SecureString';
  readonly Value: string;
  readonly Version: number;
  /** Seconds since 1970. */
  readonly LastModifiedDate: number;
};
export type Parameters = Map<string, Parameter>;

/** The parameters in a file, none if it does not exist. Throws an EmulatorError if it holds anything else. */
export function readParameters(file: string): Parameters {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return new Map();
    throw new EmulatorError(`${file} cannot be read: ${(cause as Error).message}`, { cause });
  }
  const content = parse(text);
  if (!content) throw new EmulatorError(`${file} is broken: it does not hold parameters as JSON`);
  return new Map(Object.entries(content));
}

/**
 * Writes all of them at once, readable only by this user. After a crash the file holds either the old or the new ones.
 */
export function writeParameters(file: string, parameters: Parameters): void {
  mkdirSync(dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}.tmp`;
  const opened = openSync(draft, 'w', 0o600);
  writeFileSync(opened, `${JSON.stringify(Object.fromEntries(parameters), undefined, 2)}\n`);
  fsyncSync(opened);
  closeSync(opened);
  renameSync(draft, file);
}

function parse(text: string): Record<string, Parameter> | undefined {
  try {
    const content: unknown = JSON.parse(text);
    if (typeof content !== 'object' || content === null || Array.isArray(content)) return undefined;
    return Object.values(content).every(isParameter) ? (content as Record<string, Parameter>) : undefined;
  } catch {
    return undefined;
  }
}

function isParameter(value: unknown): value is Parameter {
  const { Type, Value, Version } = (value ?? {}) as Partial<Parameter>;
  return typeof Type === 'string' && typeof Value === 'string' && typeof Version === 'number';
}
