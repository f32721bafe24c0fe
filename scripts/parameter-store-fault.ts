import { Refusal } from './refusal.ts';

/** What a command says that Parameter Store did not obey: which credentials to set where there are none, else what AWS says. */
export function parameterStoreFault(error: unknown, region: string): Refusal {
  if (error instanceof Refusal) return error;
  const fault = error as Error;
  if (foundNoCredentials(fault)) return new Refusal(whatIsMissing(process.env));
  return new Refusal(`Parameter Store in ${region} did not do it: ${fault.name}: ${fault.message}`);
}

/** A session that ran out is a CredentialsProviderError too, but says itself what to do. */
function foundNoCredentials({ name, message }: Error): boolean {
  return name === 'CredentialsProviderError' && message.startsWith('Could not load credentials from any providers');
}

function whatIsMissing({ AWS_PROFILE: profile }: NodeJS.ProcessEnv): string {
  if (profile) return `There are no AWS credentials in the profile ${profile}, which AWS_PROFILE names.`;
  return 'There are no AWS credentials: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.';
}
