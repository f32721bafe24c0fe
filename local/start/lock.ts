import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Refusal } from '#local/refusal.ts';

/**
 * Takes the lock for this process until it ends, or throws a Refusal that names the holder. A lock whose process is
 * gone does not count. The file appears with its full content, so no process reads half of it.
 */
export function lock(file: string, folderName: string): void {
  const draft = `${file}.${process.pid}.tmp`;
  writeFileSync(draft, describe(process.pid));
  try {
    if (!take(draft, file)) {
      const holder = holderOf(file);
      if (holder)
        throw new Refusal(
          `${folderName} is in use by another npm start or serve:packaged (process ${holder}). End that one, or choose another folder with LOCAL_DIR=…`,
        );
      rmSync(file, { force: true });
      if (!take(draft, file))
        throw new Refusal(`${folderName} is in use by another npm start or serve:packaged that started at the same moment.`);
    }
  } finally {
    rmSync(draft, { force: true });
  }
  process.once('exit', () => {
    if (holderOf(file) === process.pid) rmSync(file, { force: true });
  });
}

function take(draft: string, file: string): boolean {
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** The process that has the lock, if it still runs. */
export function holderOf(file: string): number | undefined {
  try {
    const content = readFileSync(file, 'utf8');
    const pid = Number.parseInt(content, 10);
    process.kill(pid, 0);
    return content === describe(pid) ? pid : undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? -1 : undefined;
  }
}

/** A process by its number and, if the system tells it, its start time: numbers are reused, above all in containers. */
function describe(pid: number): string {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return `${pid} ${fields[19]}`;
  } catch {
    return `${pid}`;
  }
}
