import { basename, join } from 'node:path';
import type { Template } from './template.ts';

/** The part of a function in the template that matters to run it. */
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
  /** The maximum number of its instances, if it has one. */
  readonly reservedConcurrency: number | undefined;
  readonly variables: Readonly<Record<string, string>>;
};

/** The secret that every function signs with; the access key id names the instance. */
export const lambdaSecret = 'packaged';
/** The token that comes with the temporary credentials of a function and must be sent along. */
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

/** The functions of a template, with their zips in a directory. */
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

/** The variables of the template, and those that Lambda adds (AWS: "Defined runtime environment variables"). */
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
