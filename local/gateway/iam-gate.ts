import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { listen } from '#local/emulators/listen.ts';
import { type AwsRequest, type Emulated, type PartitionKeys, readCall, type Service } from './aws-call.ts';
import { forwarder } from './aws-forward.ts';
import { type AwsAnswer, accessDenied, throttled, wrongSignature } from './aws-refusal.ts';
import { isSigned, signer } from './aws-signature.ts';
import { type Call, callLog } from './call-log.ts';
import { askingCapacity, withoutCapacity } from './capacity.ts';
import { type Fault, type FaultKind, type FaultOptions, faultList } from './faults.ts';
import type { Functions } from './functions.ts';
import { grantLedger, type Use } from './grant-ledger.ts';
import type { Permission } from './iam-policy.ts';
import { lambdaApi } from './lambda-api.ts';
import { lambdaSecret, lambdaSessionToken } from './lambda-function.ts';
import type { Template } from './template.ts';

export type IamGate = {
  readonly endpoints: Readonly<Record<Service, string>>;
  /** The allowed permissions, each once. */
  used(): readonly Use[];
  /** The permissions refused for lack of a grant, each once. */
  denied(): readonly Use[];
  /** Unused grants on these services and on queues, one entry for each action on each resource. */
  unusedGrants(): readonly Use[];
  /**
   * Whether the role of a function grants all of this. Lambda itself asks, when it reads streams and writes dead
   * letters. It counts as used.
   */
  allows(functionName: string, permissions: readonly Permission[]): boolean;
  /** The calls of a function, in their order. */
  calls(functionName: string): readonly Call[];
  /** The same by invocation. */
  invocations(functionName: string): ReadonlyMap<string, readonly Call[]>;
  /** Lets the next matching call of a function fail, or the next `times` of them. */
  fault(functionName: string, applies: (call: Call) => boolean, kind: FaultKind, options?: FaultOptions): Fault;
  /**
   * Delays every answer by this much, as a network does. Without it, calls sent together may be answered one by one.
   */
  latency(ms: number): void;
  /** Forgets calls, uses, denials, faults and latency. */
  reset(): void;
  stop(): Promise<void>;
};

export type IamGateOptions = {
  readonly template: Template;
  /** Known only after the gate, because the functions' environment has its endpoints. */
  readonly functions: () => Functions;
  readonly emulators: Readonly<Record<Emulated, string>>;
};

type Caller = NonNullable<ReturnType<Functions['callerOf']>>;

const services: readonly Service[] = ['dynamodb', 's3', 'ssm', 'lambda'];

/** Stands in front of the emulators and of the functions themselves, finds the calling function by the signature, and allows the calls of its role. */
export async function startIamGate({ template, functions, emulators }: IamGateOptions): Promise<IamGate> {
  const ledger = grantLedger(template);
  const faults = faultList();
  const log = callLog();
  const keys = partitionKeys(template);
  let latencyMs = 0;

  function gateOf(service: Service): Server {
    const forward = service === 'lambda' ? lambdaApi(functions) : forwarder(service, emulators[service]);
    async function serve(message: IncomingMessage, response: ServerResponse): Promise<unknown> {
      const { method = '', url: target = '', headers } = message;
      const request: AwsRequest = { method, target, headers, body: await buffer(message) };
      const caller = callerOf(request);
      if (!caller) return send(message, response, wrongSignature(service));
      const call = arrival(service, request, caller);
      const answer = await judge(call, caller, () => (service === 'dynamodb' ? counting(call, request, forward) : forward(request)));
      if (latencyMs > 0) await sleep(latencyMs);
      call.endedAt = performance.now();
      if (!answer) return response.destroy();
      call.status = answer.status;
      return send(message, response, answer);
    }
    return createServer((message, response) => void serve(message, response).catch(() => response.destroy()));
  }

  async function counting(call: Call, request: AwsRequest, forward: (request: AwsRequest) => Promise<AwsAnswer>): Promise<AwsAnswer> {
    const asking = askingCapacity(request, call.operation);
    if (asking === request) return await forward(request);
    const { answer, units } = withoutCapacity(await forward(asking));
    call.units = units;
    return answer;
  }

  function callerOf(request: AwsRequest): Caller | undefined {
    const caller = functions().callerOf(signer(request) ?? '');
    const hasToken = request.headers['x-amz-security-token'] === lambdaSessionToken;
    return hasToken && isSigned(request, lambdaSecret) ? caller : undefined;
  }

  function arrival(service: Service, request: AwsRequest, { fn, instance: { invocation } }: Caller): Call {
    return log.add({ ...readCall(service, request, template.place, keys), service, functionName: fn.name, invocation });
  }

  /** The answer for the function, or `undefined` if none reaches it. */
  async function judge(call: Call, caller: Caller, forward: () => Promise<AwsAnswer>): Promise<AwsAnswer | undefined> {
    const refused = ledger.firstRefused(caller.fn, call.permissions);
    if (refused) return accessDenied(call.service, callerArn(caller), refused);
    const answer = await withFault(faults.strike(call), caller, call, forward);
    if (answer?.status !== 404 || call.permissions[0]?.action !== 's3:GetObject') return answer;
    // Only a caller that may list a bucket learns that an object is missing (S3: GetObject, "Permissions").
    const list = { action: 's3:ListBucket', resource: `arn:aws:s3:::${call.input['bucket']}` };
    return ledger.firstRefused(caller.fn, [list]) ? accessDenied(call.service, callerArn(caller), list) : answer;
  }

  function callerArn({ fn }: Caller): string {
    return `arn:aws:sts::${template.place.accountId}:assumed-role/${fn.roleArn.split('/').at(-1)}/${fn.functionName}`;
  }

  const listening = await Promise.all(services.map(async (service) => [service, await listen(gateOf(service), 0)] as const));
  return {
    endpoints: Object.fromEntries(listening.map(([service, { endpoint }]) => [service, endpoint])) as Record<Service, string>,
    used: ledger.used,
    denied: ledger.denied,
    unusedGrants: () => ledger.unused(functions().all, [...services, 'sqs']),
    allows: (name, permissions) => ledger.firstRefused(functions().find(name), permissions) === undefined,
    calls: log.of,
    invocations: log.byInvocation,
    fault: faults.add,
    latency(ms) {
      latencyMs = ms;
    },
    reset() {
      for (const record of [log, ledger, faults]) record.clear();
      latencyMs = 0;
    },
    async stop() {
      await Promise.all(listening.map(([, { stop }]) => stop()));
    },
  };
}

type Table = { readonly TableName: string; readonly KeySchema: readonly { readonly AttributeName: string; readonly KeyType: string }[] };

function partitionKeys(template: Template): PartitionKeys {
  return new Map(
    template.ofType<Table>('AWS::DynamoDB::Table').flatMap(({ properties: { TableName, KeySchema } }) => {
      const key = KeySchema.find(({ KeyType }) => KeyType === 'HASH');
      return key ? [[TableName, key.AttributeName] as const] : [];
    }),
  );
}

async function withFault(
  fault: Fault | undefined,
  { instance }: Caller,
  { service }: Call,
  forward: () => Promise<AwsAnswer>,
): Promise<AwsAnswer | undefined> {
  const kind = fault?.kind;
  if (kind === 'refuse') return throttled(service);
  if (kind === 'crash-before') instance.kill();
  if (kind === 'drop-before' || kind === 'crash-before') return undefined;
  if (kind === 'delay') await sleep(fault?.delayMs);
  const answer = await forward().catch(() => undefined);
  if (kind === 'crash-after') instance.kill();
  return kind === 'drop-after' || kind === 'crash-after' ? undefined : answer;
}

function send(message: IncomingMessage, response: ServerResponse, { status, headers, body }: AwsAnswer): void {
  const isHead = message.method === 'HEAD';
  response.writeHead(status, { ...headers, ...(!isHead && { 'content-length': body.length }) });
  response.end(isHead ? undefined : body);
}
