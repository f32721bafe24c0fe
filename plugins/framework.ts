/** The part of the Serverless Framework that the plugin touches. Its own types describe the file, not what became of it. */
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
  environment: Record<string, unknown>;
  httpApi: { cors?: Cors; authorizers?: { jwt?: AuthorizerDefinition } };
  compiledCloudFormationTemplate: { Resources: Resources };
};

/** What `provider.httpApi.authorizers` is made of, as far as a stage changes it. */
export type AuthorizerDefinition = { identitySource?: string; resultTtlInSeconds: number };

/** How the framework names what it puts into the template. */
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

/** What a stage’s schemes add to the authorizer, as `functions/schemes.yml` has it. */
export type SchemeAdditions = Readonly<Partial<Record<'token' | 'basic', FunctionDefinition>>>;

export type Resource = { Type: string; Properties: Record<string, unknown>; DependsOn?: string | string[] };
export type Resources = Record<string, Resource>;

/** What `provider.httpApi.cors` is made of. */
export type Cors = {
  allowedOrigins: string[];
  allowedHeaders: string[];
  allowedMethods: string[];
  exposedResponseHeaders: string[];
  allowCredentials: boolean;
  maxAge: number;
};
