import { GetParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';

/** How long a running function goes on with a parameter it has read, in seconds. */
export const keptSeconds = 300;

/** A stage's parameter is missing or is not what it should be; says which and why, never what is stored. */
export class ParameterError extends Error {
  override readonly name = 'ParameterError';
}

/** The value of a parameter, decrypted. Throws ParameterError where there is none. */
export async function parameter(client: SSMClient, name: string): Promise<string> {
  const value = await optionalParameter(client, name);
  if (value === undefined) throw new ParameterError(`${name} is not there: \`npm run keys:create -- --stage …\` makes it`);
  if (!value) throw new ParameterError(`${name} is empty`);
  return value;
}

/** The same of a parameter that need not be there: undefined where it is not. */
export async function optionalParameter(client: SSMClient, name: string): Promise<string | undefined> {
  const command = new GetParameterCommand({ Name: name, WithDecryption: true });
  const answer = await client.send(command).catch((error: Error) => {
    if (error.name !== 'ParameterNotFound') throw error;
    return undefined;
  });
  return answer && (answer.Parameter?.Value ?? '');
}
