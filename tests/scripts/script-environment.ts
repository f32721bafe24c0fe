/**
 * The environment of every script that a test starts: the path, and the compile cache of Node. The `.env` of the person
 * who runs the tests is not read.
 */
export function scriptEnvironment(): NodeJS.ProcessEnv {
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  return { PATH, NODE_COMPILE_CACHE, ENV_FILE: '' };
}
