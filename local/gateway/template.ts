import { readFile } from 'node:fs/promises';
import type { Resources } from '../../plugins/framework.ts';

/** The place of the pretended deployment; no account has the number 000000000000. */
export type Place = { readonly region: string; readonly accountId: string; readonly stackName: string };

/** A resource with every intrinsic function of CloudFormation resolved. */
type Resource = { readonly id: string; readonly type: string; readonly properties: Readonly<Record<string, unknown>> };

/** A compiled template as plain values: what CloudFormation would pass to the services. */
export type Template = {
  readonly place: Place;
  readonly resources: readonly Resource[];
  /** All resources of a type, with the properties that the type documents. */
  readonly ofType: <Properties>(type: string) => readonly { readonly id: string; readonly properties: Properties }[];
};

type Compiled = {
  readonly Resources?: Readonly<Record<string, { readonly Type: string; readonly Properties?: Record<string, unknown> }>>;
  readonly Parameters?: Readonly<Record<string, { readonly Default?: unknown }>>;
};

/** Reads a compiled template from a JSON file and resolves it; `shape` may change it before. */
export async function readTemplate(
  file: string,
  place: Partial<Place> = {},
  shape: (resources: Resources) => void = () => {},
): Promise<Template> {
  const compiled: Compiled = JSON.parse(await readFile(file, 'utf8'));
  shape(compiled.Resources as Resources);
  return resolveTemplate(compiled, place);
}

/** Resolves `Ref`, `Fn::GetAtt`, `Fn::Sub`, `Fn::Join`, `Fn::Select` and `Fn::Split`; throws on any other function. */
export function resolveTemplate(compiled: Compiled, given: Partial<Place> = {}): Template {
  const place: Place = { region: 'eu-central-1', accountId: '000000000000', stackName: 'stack', ...given };
  const raw = compiled.Resources ?? {};

  const pseudo: Readonly<Record<string, string>> = {
    'AWS::AccountId': place.accountId,
    'AWS::Partition': 'aws',
    'AWS::Region': place.region,
    'AWS::StackName': place.stackName,
    'AWS::StackId': `arn:aws:cloudformation:${place.region}:${place.accountId}:stack/${place.stackName}/0`,
    'AWS::URLSuffix': 'amazonaws.com',
  };

  function ref(name: string): unknown {
    if (name in pseudo) return pseudo[name];
    const resource = raw[name];
    if (resource) return nameOf(name, resource.Type, (property) => resolve(resource.Properties?.[property]));
    const parameter = compiled.Parameters?.[name];
    if (parameter) return parameter.Default;
    throw new Error(`the template refers to ${name}, which is not in it`);
  }

  function getAtt([name = '', attribute = '']: readonly string[]): unknown {
    const resource = raw[name];
    if (!resource) throw new Error(`the template asks for ${name}.${attribute}, and there is no ${name}`);
    return attributeOf(resource.Type, attribute, String(ref(name)), place);
  }

  function sub(text: string, names: Readonly<Record<string, unknown>>): string {
    return text.replace(/\$\{(!?)([^}]+)\}/g, (whole, literal: string, name: string) => {
      if (literal) return whole.replace('!', '');
      if (name in names) return String(resolve(names[name]));
      const dot = name.indexOf('.');
      return String(dot > 0 ? getAtt([name.slice(0, dot), name.slice(dot + 1)]) : ref(name));
    });
  }

  function call(name: string, argument: unknown): unknown {
    switch (name) {
      case 'Ref':
        return ref(String(argument));
      case 'Fn::GetAtt':
        return getAtt(typeof argument === 'string' ? argument.split(/\.(.*)/s) : (argument as string[]));
      case 'Fn::Sub':
        return typeof argument === 'string' ? sub(argument, {}) : sub(...(argument as [string, Record<string, unknown>]));
      case 'Fn::Join': {
        const [separator, parts] = argument as [string, unknown];
        return (resolve(parts) as unknown[]).join(separator);
      }
      case 'Fn::Select': {
        const [index, list] = argument as [number | string, unknown];
        return (resolve(list) as unknown[])[Number(index)];
      }
      case 'Fn::Split': {
        const [separator, text] = argument as [string, unknown];
        return String(resolve(text)).split(separator);
      }
      default:
        throw new Error(`the template uses ${name}, which is not understood here`);
    }
  }

  function resolve(value: unknown): unknown {
    if (Array.isArray(value)) return value.filter((item) => !isNoValue(item)).map(resolve);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value);
    const [only] = entries;
    if (entries.length === 1 && only && /^(Ref|Fn::.+)$/.test(only[0])) return call(...only);
    return Object.fromEntries(entries.filter(([, item]) => !isNoValue(item)).map(([key, item]) => [key, resolve(item)]));
  }

  const resources = Object.entries(raw).map(([id, { Type, Properties }]) => ({
    id,
    type: Type,
    properties: resolve(Properties ?? {}) as Record<string, unknown>,
  }));
  return {
    place,
    resources,
    ofType: <Properties>(type: string) =>
      resources.filter((resource) => resource.type === type).map(({ id, properties }) => ({ id, properties: properties as Properties })),
  };
}

const isNoValue = (value: unknown) => typeof value === 'object' && value !== null && (value as { Ref?: unknown }).Ref === 'AWS::NoValue';

/** The property that `Ref` returns, by type. If the template leaves it out, CloudFormation makes up a name. */
const namedBy: Readonly<Record<string, string>> = {
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::IAM::Role': 'RoleName',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::S3::Bucket': 'BucketName',
  'AWS::SNS::Topic': 'TopicName',
  'AWS::SQS::Queue': 'QueueName',
  'AWS::SSM::Parameter': 'Name',
};

function nameOf(id: string, type: string, property: (name: string) => unknown): string {
  const given = namedBy[type] && property(namedBy[type]);
  if (typeof given === 'string') return given;
  if (type === 'AWS::S3::Bucket') return id.toLowerCase();
  return type === 'AWS::ApiGatewayV2::Api' ? id.toLowerCase().slice(0, 10) : id;
}

function attributeOf(type: string, attribute: string, name: string, { region, accountId }: Place): string {
  const arn = (service: string, rest: string) => `arn:aws:${service}:${region}:${accountId}:${rest}`;
  switch (`${type} ${attribute}`) {
    case 'AWS::DynamoDB::Table Arn':
      return arn('dynamodb', `table/${name}`);
    case 'AWS::DynamoDB::Table StreamArn':
      return arn('dynamodb', `table/${name}/stream/2020-01-01T00:00:00.000`);
    case 'AWS::S3::Bucket Arn':
      return `arn:aws:s3:::${name}`;
    case 'AWS::SQS::Queue Arn':
      return arn('sqs', name);
    case 'AWS::SQS::Queue QueueName':
      return name;
    case 'AWS::Lambda::Function Arn':
      return arn('lambda', `function:${name}`);
    case 'AWS::IAM::Role Arn':
      return `arn:aws:iam::${accountId}:role/${name}`;
    case 'AWS::Logs::LogGroup Arn':
      return arn('logs', `log-group:${name}:*`);
    case 'AWS::ApiGatewayV2::Api ApiEndpoint':
      return `https://${name}.execute-api.${region}.amazonaws.com`;
    default:
      // No grant matches such an ARN by accident, because no resource has it.
      return arn('unknown', `${name}.${attribute}`);
  }
}
