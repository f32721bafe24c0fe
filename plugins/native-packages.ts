const cpus: Readonly<Record<string, string>> = { arm64: 'arm64', x86_64: 'x64' };

/**
 * What the npm that fills the zips is told by its environment: the platform of the Lambda instead of that of this machine, so
 * that exactly the right build of a native package is in the zip; and to run nobody's install script, which could only build
 * for this machine.
 */
export function npmEnvironment(architecture: string): Record<string, string> {
  const cpu = cpus[architecture];
  if (!cpu) throw new Error(`LAMBDA_ARCHITECTURE is ${JSON.stringify(architecture)}, but has to be arm64 or x86_64`);
  return {
    npm_config_cpu: cpu,
    npm_config_os: 'linux',
    npm_config_libc: 'glibc',
    npm_config_ignore_scripts: 'true',
    npm_config_prefer_offline: 'true',
    npm_config_audit: 'false',
    npm_config_fund: 'false',
  };
}
