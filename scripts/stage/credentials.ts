import { Refusal } from '#local/refusal.ts';

/** A Refusal that says which variables to set, for the SDK's error that it found no credentials. */
export function missingCredentials(error: Error): Refusal | undefined {
  return foundNoCredentials(error) ? new Refusal(whatIsMissing(process.env)) : undefined;
}

/** An expired session is a CredentialsProviderError too, but its message already says what to do. */
function foundNoCredentials({ name, message }: Error): boolean {
  return name === 'CredentialsProviderError' && message.startsWith('Could not load credentials from any providers');
}

function whatIsMissing({ AWS_PROFILE: profile }: NodeJS.ProcessEnv): string {
  if (profile) return `There are no AWS credentials in the profile ${profile}, which AWS_PROFILE names.`;
  return 'There are no AWS credentials: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.';
}
