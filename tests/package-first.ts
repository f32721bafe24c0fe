import { packageStage } from '#local/gateway/packaged.ts';

/** Packages what the journeys go through before the first of them starts its clock. */
export async function setup(): Promise<void> {
  await packageStage({ stage: 'dev' });
}
