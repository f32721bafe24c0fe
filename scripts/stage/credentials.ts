import { Refusal } from '#local/refusal.ts';

/** A Refusal that says what to set, where an error of the AWS SDK says that it found no credentials. */
export function missingCredentials(error: Error): Refusal | undefined {
  return foundNoCredentials(error) ? new Refusal(whatIsMissing(process.env)) : undefined;
}

/** A session that ran out is a CredentialsProviderError too, but says itself what to do. */
function foundNoCredentials({ name, message }: Error): boolean {
  return name === 'CredentialsProviderError' && message.startsWith('Could not load credentials from any providers');
}

function whatIsMissing({ AWS_PROFILE: profile }: NodeJS.ProcessEnv): string {
  if (profile) return `There are no AWS credentials in the profile ${profile}, which AWS_PROFILE names.`;
  return 'There are no AWS credentials: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.';
}
