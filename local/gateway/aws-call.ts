import type { Permission } from './iam-policy.ts';
import { invokedFunction } from './lambda-api.ts';
import { type RowRequest, rowContext } from './row-context.ts';
import type { Place } from './template.ts';

/** The services with an emulator of their own. */
export type Emulated = 'dynamodb' | 's3' | 'ssm';
export type Service = Emulated | 'lambda';

/** A signed request to a service, before it is allowed or refused. */
export type AwsRequest = {
  readonly method: string;
  /** The path and query of the request line. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
};

/** The content of a request: its operation, its input, and every permission it needs. */
export type Asked = {
  readonly operation: string;
  /** The parsed body for DynamoDB and Parameter Store; the bucket and the key for S3; the function for Lambda. */
  readonly input: Readonly<Record<string, unknown>>;
  readonly permissions: readonly Permission[];
  readonly isWrite: boolean;
};

/** The partition key of each table, by the table's name. */
export type PartitionKeys = ReadonlyMap<string, string>;

/** Reads a request, with permissions as in AWS's service authorization reference. */
export function readCall(service: Service, request: AwsRequest, place: Place, partitionKeys: PartitionKeys = new Map()): Asked {
  if (service === 's3') return readS3(request);
  if (service === 'lambda') return readLambda(request, place);
  const operation = String(request.headers['x-amz-target'] ?? '').split('.')[1] ?? '';
  const input = JSON.parse(request.body.toString() || '{}') as Record<string, unknown>;
  const permissions =
    service === 'ssm' ? parameterPermissions(operation, input, place) : tablePermissions(operation, input, place, partitionKeys);
  return { operation, input, permissions: distinct(permissions), isWrite: /^(Put|Update|Delete|TransactWrite|BatchWrite)/.test(operation) };
}

type Tabled = RowRequest & { readonly TableName?: string };
type Transaction = { readonly TransactItems?: readonly Readonly<Record<string, Tabled>>[] };
type Batch = { readonly RequestItems?: Readonly<Record<string, RowRequest>> };

const transacted: Readonly<Record<string, string>> = {
  Get: 'GetItem',
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
};

function tablePermissions(
  operation: string,
  input: Tabled & Transaction & Batch,
  { region, accountId }: Place,
  partitionKeys: PartitionKeys,
): Permission[] {
  const table = (name: string | undefined) => {
    if (!name) return '*';
    return name.startsWith('arn:') ? name : `arn:aws:dynamodb:${region}:${accountId}:table/${name}`;
  };
  const asked = (action: string, name: string | undefined, request: RowRequest): Permission => {
    const index = request.IndexName ? `/index/${request.IndexName}` : '';
    const key = partitionKeys.get((name ?? '').split('/').at(-1) ?? '');
    return { action: `dynamodb:${action}`, resource: table(name) + index, context: rowContext(action, request, key) };
  };
  switch (operation) {
    case 'TransactWriteItems':
    case 'TransactGetItems':
      return (input.TransactItems ?? [])
        .flatMap((item) => Object.entries(item))
        .map(([kind, request]) => asked(transacted[kind] ?? kind, request.TableName, request));
    case 'BatchGetItem':
    case 'BatchWriteItem':
      return Object.entries(input.RequestItems ?? {}).map(([name, request]) => asked(operation, name, request));
    default:
      return [asked(operation, input.TableName, /^(Put|Update|Delete)Item$/.test(operation) ? { ReturnValues: 'NONE', ...input } : input)];
  }
}

type Parameters = { readonly Name?: string; readonly Names?: readonly string[]; readonly Path?: string };

function parameterPermissions(operation: string, { Name, Names, Path }: Parameters, { region, accountId }: Place): Permission[] {
  const names = Names ?? [Name ?? Path ?? '*'];
  return names.map((name) => ({
    action: `ssm:${operation}`,
    resource: `arn:aws:ssm:${region}:${accountId}:parameter/${name.replace(/^\//, '')}`,
  }));
}

/** Every other operation counts as one that no role is granted. */
function readLambda(request: AwsRequest, { region, accountId }: Place): Asked {
  const name = invokedFunction(request);
  const arn = name?.startsWith('arn:') ? name : `arn:aws:lambda:${region}:${accountId}:function:${name ?? '*'}`;
  const [operation, action] = name === undefined ? ['Unknown', 'lambda:Unknown'] : ['Invoke', 'lambda:InvokeFunction'];
  return { operation, input: { FunctionName: name }, permissions: [{ action, resource: arn }], isWrite: false };
}

function readS3({ method, target, headers, body }: AwsRequest): Asked {
  const url = new URL(target, 'http://s3');
  const [bucket = '', ...rest] = decodeURIComponent(url.pathname).slice(1).split('/');
  const key = rest.join('/');
  const of = (name: string): Permission => ({ action: `s3:${name}`, resource: `arn:aws:s3:::${bucket}${key && `/${key}`}` });
  const asked = (operation: string, ...permissions: Permission[]): Asked => ({
    operation,
    input: { bucket, key },
    permissions,
    isWrite: method !== 'GET' && method !== 'HEAD',
  });
  const about = url.searchParams.has('tagging') ? 'Tagging' : url.searchParams.has('acl') ? 'Acl' : '';
  if (!key && method === 'POST' && url.searchParams.has('delete')) {
    const keys = [...body.toString().matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, name]) => name);
    const permissions = keys.map((name) => ({ action: 's3:DeleteObject', resource: `arn:aws:s3:::${bucket}/${name}` }));
    return asked('DeleteObjects', ...permissions);
  }
  const prefix = url.searchParams.get('prefix');
  const listing = { ...of('ListBucket'), ...(prefix !== null && { context: { 's3:prefix': prefix } }) };
  if (!key) return method === 'GET' || method === 'HEAD' ? asked('ListObjects', listing) : asked('CreateBucket', of('CreateBucket'));
  switch (method) {
    case 'GET':
    case 'HEAD':
      return asked(method === 'GET' ? `GetObject${about}` : 'HeadObject', of(`GetObject${about}`));
    case 'DELETE':
      return asked(`DeleteObject${about}`, of(`DeleteObject${about}`));
    default: {
      const source = headers['x-amz-copy-source'];
      return asked(
        `PutObject${about}`,
        of(`PutObject${about}`),
        ...(headers['x-amz-tagging'] ? [of('PutObjectTagging')] : []),
        ...(headers['x-amz-acl'] ? [of('PutObjectAcl')] : []),
        ...(source ? [{ action: 's3:GetObject', resource: `arn:aws:s3:::${decodeURIComponent(String(source)).replace(/^\//, '')}` }] : []),
      );
    }
  }
}

const distinct = (permissions: readonly Permission[]): Permission[] => [
  ...new Map(permissions.map((permission) => [JSON.stringify(permission), permission])).values(),
];
