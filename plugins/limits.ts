import type { Resources } from './framework.ts';

/** The functions that hash passwords or decode pictures: a flood of them costs most. */
export const costlyHandlers: readonly string[] = [
  'functions/api-tokens/obtain.handler',
  'functions/auth/login.handler',
  'functions/auth/register.handler',
  'functions/avatar/decode.handler',
  'functions/codes/change-email.handler',
  'functions/codes/change-mobile.handler',
  'functions/password/change.handler',
  'functions/password/reset.handler',
  'functions/token/obtain-sliding.handler',
  'functions/token/obtain.handler',
  'functions/users/create.handler',
];

export type StageLimits = {
  /** For all routes together; API Gateway answers 429 beyond it. Absent: the quota of the account. */
  readonly requestsPerSecond?: number | undefined;
  /** How many invocations of each costly function may run at once. Absent: as many as the account allows. */
  readonly reservedConcurrency?: number | undefined;
};

/**
 * Applies the limits of a stage to its template. The burst is one second's requests. Reserved concurrency is a ceiling
 * for its function, and is taken from what all other functions share (AWS Lambda Developer Guide, "Configuring reserved
 * concurrency").
 */
export function limitStage(resources: Resources, { requestsPerSecond, reservedConcurrency }: StageLimits): void {
  for (const { Type, Properties } of Object.values(resources)) {
    if (Type === 'AWS::ApiGatewayV2::Stage' && requestsPerSecond !== undefined) {
      const burst = { ThrottlingRateLimit: requestsPerSecond, ThrottlingBurstLimit: requestsPerSecond };
      Properties['DefaultRouteSettings'] = { ...(Properties['DefaultRouteSettings'] as object | undefined), ...burst };
    }
    const isCostly = Type === 'AWS::Lambda::Function' && costlyHandlers.includes(String(Properties['Handler']));
    if (isCostly && reservedConcurrency !== undefined) Properties['ReservedConcurrentExecutions'] = reservedConcurrency;
  }
}
