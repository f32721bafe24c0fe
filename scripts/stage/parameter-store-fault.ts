import { Refusal } from '#local/refusal.ts';
import { missingCredentials } from './credentials.ts';

/** The Refusal for a failed call to Parameter Store: which credentials to set, or the message of AWS. */
export function parameterStoreFault(error: unknown, region: string): Refusal {
  if (error instanceof Refusal) return error;
  const fault = error as Error;
  return missingCredentials(fault) ?? new Refusal(`Parameter Store in ${region} refused the call: ${fault.name}: ${fault.message}`);
}
