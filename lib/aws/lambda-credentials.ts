import { fromEnv } from '@aws-sdk/credential-provider-env';

/**
 * Stands in for the SDK's chain of credential providers when functions are bundled (`alias` in serverless.yml). A Lambda is
 * given its credentials in the environment and nowhere else; the rest of the chain is 90 kB that never runs there.
 */
export const defaultProvider = fromEnv;
