import { basename, join } from 'node:path';
import type { Template } from './template.ts';

/** A function of the template, as much of it as matters for running it. */
export type LambdaFunction = {
  /** Its name in serverless.yml, such as `login`. */
  readonly name: string;
  /** Its name on AWS, such as `gatehouse-dev-login`. */
  readonly functionName: string;
  readonly arn: string;
  readonly roleArn: string;
  readonly zip: string;
  readonly handler: string;
  readonly memoryMegabytes: number;
  readonly timeoutMs: number;
  /** How many instances it may have at a time at most, where it says so. */
  readonly reservedConcurrency: number | undefined;
  readonly variables: Readonly<Record<string, string>>;
};

/** What every function signs with, beside the access key id that names its instance. */
export const lambdaSecret = 'packaged';
/** Temporary credentials, which a function has, come with a token that has to be sent along. */
export const lambdaSessionToken = 'session';

type FunctionProperties = {
  readonly FunctionName: string;
  readonly Code: { readonly S3Key: string };
  readonly Handler: string;
  readonly Role: string;
  readonly MemorySize?: number;
  readonly Timeout?: number;
  readonly ReservedConcurrentExecutions?: number;
  readonly Environment?: { readonly Variables?: Readonly<Record<string, unknown>> };
};

/** The functions of a template, their zips in a directory. */
export function functionsOf({ ofType, place }: Template, directory: string): LambdaFunction[] {
  return ofType<FunctionProperties>('AWS::Lambda::Function').map(({ properties }) => {
    const zip = basename(properties.Code.S3Key);
    return {
      name: basename(zip, '.zip'),
      functionName: properties.FunctionName,
      arn: `arn:aws:lambda:${place.region}:${place.accountId}:function:${properties.FunctionName}`,
      roleArn: properties.Role,
      zip: join(directory, zip),
      handler: properties.Handler,
      memoryMegabytes: properties.MemorySize ?? 128,
      timeoutMs: (properties.Timeout ?? 3) * 1000,
      reservedConcurrency: properties.ReservedConcurrentExecutions,
      variables: Object.fromEntries(Object.entries(properties.Environment?.Variables ?? {}).map(([name, value]) => [name, String(value)])),
    };
  });
}

type Own = { readonly root: string; readonly key: string; readonly own: Readonly<Record<string, string>> };

/** What the template says, and what Lambda sets beside it (AWS: "Defined runtime environment variables"). */
export function environmentOf(fn: LambdaFunction, { place }: Template, { root, key, own }: Own): Record<string, string> {
  return {
    ...fn.variables,
    ...own,
    _HANDLER: fn.handler,
    AWS_ACCESS_KEY_ID: key,
    AWS_SECRET_ACCESS_KEY: lambdaSecret,
    AWS_SESSION_TOKEN: lambdaSessionToken,
    AWS_REGION: place.region,
    AWS_DEFAULT_REGION: place.region,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: fn.functionName,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(fn.memoryMegabytes),
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${fn.functionName}`,
    AWS_LAMBDA_LOG_STREAM_NAME: key,
    LAMBDA_TASK_ROOT: root,
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
  };
}

/** The second argument of a handler, without its clock. */
export const contextOf = (fn: LambdaFunction, id: string) => ({
  awsRequestId: id,
  functionName: fn.functionName,
  functionVersion: '$LATEST',
  invokedFunctionArn: fn.arn,
  memoryLimitInMB: String(fn.memoryMegabytes),
  logGroupName: `/aws/lambda/${fn.functionName}`,
  callbackWaitsForEmptyEventLoop: true,
});
