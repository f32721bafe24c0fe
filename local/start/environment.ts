import { devNull } from 'node:os';
import { localCredentials } from '#local/emulators/emulator.ts';
import type { Emulators } from './emulators.ts';

/** The address for people, and that of Lambda's own API, which serverless-offline serves. */
type Addresses = { readonly publicUrl: string; readonly lambda: string };

/**
 * The environment of the functions: what the person set, with everything that could lead the AWS SDK to a real account (profiles,
 * credentials, endpoints) replaced by this machine's.
 */
export function localEnvironment(
  given: NodeJS.ProcessEnv,
  { dynamodb, s3, ssm }: Emulators,
  { publicUrl, lambda }: Addresses,
): NodeJS.ProcessEnv {
  const own = Object.entries(given).filter(([name]) => !/^(AWS|SLS|SERVERLESS)_|^FORCE_COLOR$/.test(name));
  return {
    PUBLIC_URL: publicUrl,
    ...Object.fromEntries(own),
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb.endpoint,
    AWS_ENDPOINT_URL_S3: s3.endpoint,
    AWS_ENDPOINT_URL_SSM: ssm.endpoint,
    AWS_ENDPOINT_URL_LAMBDA: lambda,
    AWS_ACCESS_KEY_ID: localCredentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: localCredentials.secretAccessKey,
    AWS_REGION: 'us-east-1',
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: 'true',
    SLS_DEPRECATION_DISABLE: '*',
    SLS_INTERACTIVE_SETUP_ENABLE: '0',
    NO_COLOR: '1',
  };
}
