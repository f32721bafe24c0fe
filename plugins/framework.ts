/**
 * The part of the Serverless Framework that the plugins use. Its own types describe the file, not the processed
 * service.
 */
export type Framework = {
  readonly serviceDir: string;
  readonly processedInput: { readonly commands: readonly string[]; readonly options: Readonly<Record<string, unknown>> };
  readonly service: Service;
  readonly classes: { readonly Error: new (message: string, code?: string) => Error };
  getProvider(name: 'aws'): { getStage(): string; naming: Naming };
};

/** The part of the framework’s log that plugins write to. It goes to standard error. */
export type Log = { notice(text: string): void };

export type Service = {
  readonly service: string;
  readonly provider: Provider;
  readonly functions: Record<string, FunctionDefinition>;
  readonly resources: { Resources?: Resources };
  readonly custom: Record<string, unknown> & { schemes?: SchemeAdditions };
};

type Provider = {
  memorySize?: number;
  timeout?: number;
  architecture?: string;
  logRetentionInDays?: number;
  environment: Record<string, unknown>;
  httpApi: { cors?: Cors; authorizers?: { jwt?: AuthorizerDefinition } };
  compiledCloudFormationTemplate: { Resources: Resources };
};

/** The part of `provider.httpApi.authorizers` that a stage changes. */
export type AuthorizerDefinition = { identitySource?: string; resultTtlInSeconds: number };

/** The names that the framework gives to resources in the template. */
export type Naming = {
  getRoleLogicalId(): string;
  getLambdaLogicalId(functionName: string): string;
  getLogGroupLogicalId(functionName: string): string;
};

type HttpApiEvent = { method: string; path: string; authorizer?: unknown };
export type FunctionDefinition = {
  handler: string;
  package?: { artifact?: string };
  environment?: Record<string, unknown>;
  memorySize?: number;
  /** In seconds. */
  timeout?: number;
  iamRoleStatements?: unknown[];
  events?: { httpApi?: HttpApiEvent; [kind: string]: unknown }[];
};

/** The additions of a stage’s schemes to the authorizer, from `functions/schemes.yml`. */
export type SchemeAdditions = Readonly<Partial<Record<'token' | 'basic', FunctionDefinition>>>;

export type Resource = { Type: string; Properties: Record<string, unknown>; DependsOn?: string | string[] };
export type Resources = Record<string, Resource>;

/** The content of `provider.httpApi.cors`. */
export type Cors = {
  allowedOrigins: string[];
  allowedHeaders: string[];
  allowedMethods: string[];
  exposedResponseHeaders: string[];
  allowCredentials: boolean;
  maxAge: number;
};
