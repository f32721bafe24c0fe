import { expect, it } from 'vitest';
import { npmEnvironment } from '../../plugins/native-packages.ts';

it.each([
  ['arm64', 'arm64'],
  ['x86_64', 'x64'],
])('has npm fetch the builds of native packages for a %s Lambda, whatever this machine is', (architecture, cpu) => {
  expect(npmEnvironment(architecture)).toMatchObject({ npm_config_cpu: cpu, npm_config_os: 'linux', npm_config_libc: 'glibc' });
});

it('runs no install script of a package', () => {
  expect(npmEnvironment('arm64')).toMatchObject({ npm_config_ignore_scripts: 'true' });
});

it('refuses an architecture that Lambda does not have', () => {
  expect(() => npmEnvironment('x64')).toThrow('LAMBDA_ARCHITECTURE is "x64", but has to be arm64 or x86_64');
});
