import { Refusal } from '#local/refusal.ts';
import { missingCredentials } from './credentials.ts';

/** What a command says that Parameter Store did not obey: which credentials to set where there are none, else what AWS says. */
export function parameterStoreFault(error: unknown, region: string): Refusal {
  if (error instanceof Refusal) return error;
  const fault = error as Error;
  return missingCredentials(fault) ?? new Refusal(`Parameter Store in ${region} did not do it: ${fault.name}: ${fault.message}`);
}
