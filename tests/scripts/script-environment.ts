/**
 * What every script that a test starts has of our own environment: the programs it can find, and what Node compiled before. A `.env` of
 * whoever runs the tests stays out.
 */
export function scriptEnvironment(): NodeJS.ProcessEnv {
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  return { PATH, NODE_COMPILE_CACHE, ENV_FILE: '' };
}
