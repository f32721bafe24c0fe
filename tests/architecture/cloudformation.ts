import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';

type SpecDatabase = ReturnType<typeof loadAwsServiceSpecSync>;
type SpecResource = NonNullable<ReturnType<SpecDatabase['lookup']>[number]> & {
  readonly properties: Properties;
  readonly attributes: Readonly<Record<string, unknown>>;
};
type Properties = Readonly<Record<string, { readonly type: PropertyType; readonly required?: boolean }>>;
type PropertyType =
  | { readonly type: 'array' | 'map'; readonly element: PropertyType }
  | { readonly type: 'union'; readonly types: readonly PropertyType[] }
  | { readonly type: 'ref'; readonly reference: { readonly $ref: string } }
  | {
      readonly type: 'string' | 'number' | 'integer' | 'boolean' | 'json' | 'date-time' | 'null' | 'tag';
      readonly allowedValues?: readonly unknown[];
    };

export type Template = {
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Outputs?: Readonly<Record<string, unknown>>;
};
export type TemplateResource = {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DependsOn?: string | readonly string[];
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
};

const spec = loadAwsServiceSpecSync();

/**
 * What is wrong with a template by AWS's published resource schemas: unknown types and properties, missing properties,
 * and values of the wrong kind. References to resources that do not exist are faults as well.
 */
export function faultsOf(template: Template): string[] {
  return Object.entries(template.Resources).flatMap(([id, resource]) => {
    const { Type, Properties = {} } = resource;
    const schema = schemaOf(Type);
    if (!schema) return [`${id}: there is no ${Type}`];
    return [...objectFaults(id, Properties, schema.properties), ...referenceFaults(id, resource, template)];
  });
}

function schemaOf(type: string): SpecResource | undefined {
  return spec.lookup('resource', 'cloudFormationType', 'equals', type)[0] as unknown as SpecResource | undefined;
}

function objectFaults(at: string, value: Readonly<Record<string, unknown>>, properties: Properties): string[] {
  const missing = Object.keys(properties).filter((name) => properties[name]?.required && value[name] === undefined);
  return [
    ...missing.map((name) => `${at}: ${name} is missing`),
    ...Object.entries(value).flatMap(([name, inner]) => {
      const property = properties[name];
      return property ? faults(`${at}.${name}`, inner, property.type) : [`${at}: there is no property ${name}`];
    }),
  ];
}

function faults(at: string, value: unknown, expected: PropertyType): string[] {
  if (isIntrinsic(value)) return [];
  switch (expected.type) {
    case 'union':
      return expected.types.some((type) => faults(at, value, type).length === 0) ? [] : [`${at}: is none of the kinds it can be`];
    case 'array':
      return Array.isArray(value)
        ? value.flatMap((item, index) => faults(`${at}[${index}]`, item, expected.element))
        : [`${at}: has to be a list`];
    case 'map':
      return isObject(value)
        ? Object.entries(value).flatMap(([key, item]) => faults(`${at}.${key}`, item, expected.element))
        : [`${at}: has to be a map`];
    case 'ref':
      return isObject(value) ? objectFaults(at, value, definitionOf(expected.reference)) : [`${at}: has to be an object`];
    default:
      return scalarFaults(at, value, expected);
  }
}

function scalarFaults(at: string, value: unknown, { type, allowedValues }: Extract<PropertyType, { allowedValues?: unknown }>): string[] {
  const kinds: Readonly<Record<typeof type, boolean>> = {
    string: typeof value === 'string',
    number: typeof value === 'number',
    integer: Number.isInteger(value),
    boolean: typeof value === 'boolean',
    json: typeof value === 'object' || typeof value === 'string',
    'date-time': typeof value === 'string',
    null: value === null,
    tag: isObject(value),
  };
  if (!kinds[type]) return [`${at}: has to be a ${type}`];
  return allowedValues && !allowedValues.includes(value) ? [`${at}: ${JSON.stringify(value)} is none of ${allowedValues.join(', ')}`] : [];
}

function definitionOf(reference: { readonly $ref: string }): Properties {
  return spec.get('typeDefinition', reference).properties as unknown as Properties;
}

function referenceFaults(id: string, { DependsOn = [], ...resource }: TemplateResource, { Resources }: Template): string[] {
  const absent = [DependsOn].flat().filter((name) => !Resources[name]);
  return [
    ...absent.map((name) => `${id}: depends on ${name}, which is not there`),
    ...references(resource).flatMap(([target, attribute]) => {
      const type = Resources[target]?.Type;
      if (!type) return [`${id}: refers to ${target}, which is not there`];
      const isKnown = attribute === undefined || Object.hasOwn(schemaOf(type)?.attributes ?? {}, attribute);
      return isKnown ? [] : [`${id}: ${type} has no attribute ${attribute}`];
    }),
  ];
}

/** Every resource, and attribute of one, that a value refers to. */
function references(value: unknown): (readonly [target: string, attribute?: string])[] {
  if (Array.isArray(value)) return value.flatMap(references);
  if (!isObject(value)) return [];
  const { Ref: ref, 'Fn::GetAtt': attribute, 'Fn::Sub': text } = value;
  if (typeof ref === 'string') return ref.startsWith('AWS::') ? [] : [[ref]];
  if (Array.isArray(attribute)) return [[String(attribute[0]), String(attribute[1])]];
  if (typeof text === 'string') {
    const names = [...text.matchAll(/\$\{([^!}]+)\}/g)].map(([, name = '']) => name).filter((name) => !name.startsWith('AWS::'));
    return names.map((name) => name.split(/\.(.*)/s, 2) as unknown as [string, string?]);
  }
  return Object.values(value).flatMap(references);
}

function isIntrinsic(value: unknown): boolean {
  return isObject(value) && Object.keys(value).length === 1 && /^(Ref|Fn::\w+)$/.test(Object.keys(value)[0] ?? '');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
