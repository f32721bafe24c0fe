import type { Resource, Resources } from './framework.ts';

type Place = { readonly service: string; readonly stage: string };

/**
 * The tables and buckets of the template, with each reference to one of them replaced by its name on a laptop, because
 * no CloudFormation gives names there. Resources that only AWS uses, such as a policy, are left out.
 */
export function localResources(resources: Resources, place: Place): Resources {
  const kept = Object.entries(resources).filter(([, { Type }]) => Type === 'AWS::DynamoDB::Table' || Type === 'AWS::S3::Bucket');
  return Object.fromEntries(kept.map(([id, resource]) => [id, named(id, resource, resources, place)]));
}

function named(id: string, resource: Resource, resources: Resources, place: Place): Resource {
  const property = resource.Type === 'AWS::S3::Bucket' ? 'BucketName' : 'TableName';
  return { ...resource, Properties: { ...resource.Properties, [property]: localName(id, resources, place) } };
}

/** The texts of an environment, with `!Ref` to a table or a bucket resolved to its local name. */
export function localEnvironment(
  environment: Readonly<Record<string, unknown>>,
  resources: Resources,
  place: Place,
): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, resolved(name, value, resources, place)]));
}

function resolved(name: string, value: unknown, resources: Resources, place: Place): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const target = (value as { Ref?: unknown }).Ref;
  if (typeof target !== 'string') throw new Error(`${name} is ${JSON.stringify(value)}: only !Ref to a table or a bucket has a value here`);
  return localName(target, resources, place);
}

function localName(id: string, resources: Resources, { service, stage }: Place): string {
  const { Type, Properties } = resources[id] ?? {};
  if (Type === 'AWS::DynamoDB::Table' && typeof Properties?.['TableName'] === 'string') return Properties['TableName'];
  if (Type === 'AWS::S3::Bucket') return `${service}-${stage}-${id.replace(/Bucket$/, '').toLowerCase()}`;
  throw new Error(`${id} is not a table or bucket with a name`);
}
