import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectFolder } from '#local/project.ts';

/** The files of a project that `npm start` reads. */
const parts = [
  ...['functions', 'lib', 'local', 'plugins', 'project', 'resources', 'scripts'],
  ...['openapi.json', 'package.json', 'serverless.yml', 'stages.yml'],
];

/** A copy of this project in its own folder, whose files a test may change. */
export type ProjectCopy = {
  readonly folder: string;
  /** Replaces a text in a file; throws if the file does not contain it. */
  edit(file: string, before: string, after: string): void;
  write(file: string, content: string | Buffer): void;
  /** Restores a file from the project. */
  restore(file: string): void;
  remove(): void;
};

export function copyProject(): ProjectCopy {
  const folder = mkdtempSync(join(tmpdir(), 'project-'));
  for (const part of parts) cpSync(join(projectFolder, part), join(folder, part), { recursive: true });
  symlinkSync(join(projectFolder, 'node_modules'), join(folder, 'node_modules'));
  const write = (file: string, content: string | Buffer) => writeFileSync(join(folder, file), content);
  return {
    folder,
    write,
    edit(file, before, after) {
      const text = readFileSync(join(folder, file), 'utf8');
      if (!text.includes(before)) throw new Error(`${file} does not contain ${before}`);
      write(file, text.replace(before, after));
    },
    restore: (file) => write(file, readFileSync(join(projectFolder, file), 'utf8')),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
