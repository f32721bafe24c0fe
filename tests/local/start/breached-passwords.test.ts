import { execFile } from 'node:child_process';
import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { scriptEnvironment } from '../../scripts/script-environment.ts';
import { filterOf } from '../../support/made-filter.ts';
import { copyProject } from '../../support/project-copy.ts';
import { startProject } from '../../support/started.ts';

const copy = copyProject();
afterAll(() => copy.remove());
const file = 'project/breached-passwords.filter';
const settings = { BREACHED_PASSWORDS: 'file', BCRYPT_ROUNDS: '4' };
const [leaked, later] = ['seven teapots on a glacier', 'eleven ladders in the fog'];
const needsIt = ', and BREACHED_PASSWORDS: file needs it: make it with `npm run breached -- build FILE`.';

test('npm start stops without a sound filter, and names the command', async () => {
  rmSync(join(copy.folder, file), { force: true }); // that of the person who runs the tests
  await expect(startProject({ project: copy.folder, settings })).rejects.toThrow(`${file} is missing${needsIt}`);
});

test('npm start looks in the filter, and in a new one as soon as it has its name; createsuperuser looks in it too', async () => {
  writeWhole(filterOf(leaked));
  const started = await startProject({ project: copy.folder, settings });
  try {
    const register = async (password: string, name: string) => {
      const form = { name, email: `${name}@example.com`, password, password_confirmation: password };
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(new URL('/register/', started.url), { method: 'POST', headers, body: JSON.stringify(form) });
      return { status: answer.status, errors: ((await answer.json()) as { errors?: unknown }).errors };
    };
    const refused = { status: 400, errors: { password: ['This password is known from a data breach. Use another one everywhere.'] } };
    expect(await register(leaked, 'ada')).toEqual(refused);
    expect(await register(later, 'ben')).toMatchObject({ status: 201 });
    const before = started.output().length;
    writeWhole(filterOf(later));
    await started.shows(`${file}: serves again`, before);
    expect(await register(later, 'cleo')).toEqual(refused);
    expect(await register(leaked, 'dora')).toMatchObject({ status: 201 });

    const superuser = (name: string, password?: string) => createSuperuser(started.data, name, password);
    expect(await superuser('root', later)).toEqual({
      code: 1,
      output: 'password: This password is known from a data breach. Use another one everywhere.\n',
    });
    expect(await superuser('root', leaked)).toMatchObject({ code: 0, output: expect.stringContaining('root was made') });
    renameSync(join(copy.folder, file), join(copy.folder, 'elsewhere'));
    expect(await superuser('admin', leaked)).toEqual({ code: 1, output: `${file} is missing${needsIt}\n` });
    expect(await superuser('admin')).toMatchObject({ code: 0, output: expect.stringContaining('admin was made') });
  } finally {
    await started.stop();
  }
});

/** Writes the filter as the command does. */
function writeWhole(bytes: Buffer) {
  copy.write(`${file}.1.part`, bytes);
  renameSync(join(copy.folder, `${file}.1.part`), join(copy.folder, file));
}

function createSuperuser(data: string, name: string, password?: string): Promise<{ code: unknown; output: string }> {
  const env = { ...scriptEnvironment(), ...settings, LOCAL_DIR: data, ...(password && { GATEHOUSE_SUPERUSER_PASSWORD: password }) };
  const parameters = [
    join(copy.folder, 'scripts', 'createsuperuser.ts'),
    '--no-input',
    '--username',
    name,
    '--email',
    `${name}@example.com`,
  ];
  return new Promise((resolve) => {
    execFile(process.execPath, parameters, { cwd: copy.folder, env }, (error, output, complaint) =>
      resolve({ code: error ? error.code : 0, output: output + complaint }),
    );
  });
}
