import { readFileSync } from 'node:fs';
import { parse, type ScalarTag, type YAMLMap, type YAMLSeq } from 'yaml';
import { matchesPattern } from '#local/gateway/iam-policy.ts';
import type { Template } from './cloudformation.ts';

type Context = Readonly<Record<string, string>>;
type Statement = {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | string[];
  readonly Resource: string | string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
};
type Properties = {
  readonly PolicyDocument: { readonly Statement: readonly Statement[] };
  readonly AssumeRolePolicyDocument: string;
  readonly Policies?: readonly Pick<Properties, 'PolicyDocument'>[];
};

export const account = '123456789012';
export const region = 'eu-central-1';
const pseudo = { 'AWS::Partition': 'aws', 'AWS::Region': region, 'AWS::AccountId': account };

/** CloudFormation's short forms, as the long ones. */
const tags = ['Ref', 'Sub', 'GetAtt', 'Join', 'Equals'].flatMap((name) => {
  const long = (value: unknown) => ({ [name === 'Ref' ? 'Ref' : `Fn::${name}`]: value });
  const scalar: ScalarTag = { tag: `!${name}`, resolve: (text) => long(name === 'GetAtt' ? text.split('.') : text) };
  const list = { tag: `!${name}`, collection: 'seq' as const, resolve: (node: YAMLMap | YAMLSeq) => long(node.toJSON()) };
  return [scalar, list];
});

type RoleTemplate = Template & {
  readonly Conditions: object;
  readonly Parameters: Readonly<Record<string, { readonly Default?: string }>>;
};

/** The template of the pipeline's roles with its parameters filled in, and without what its conditions leave out. */
export function roleTemplate(parameters: Context): Template {
  const source = parse(readFileSync('resources/ci/deploy-role.yml', 'utf8'), { customTags: tags as ScalarTag[] }) as RoleTemplate;
  const defaults = Object.fromEntries(
    Object.entries(source.Parameters).flatMap(([name, { Default }]) => (Default ? [[name, Default]] : [])),
  );
  const known = { ...pseudo, ...defaults, ...parameters };
  const conditions = filled(source.Conditions, known, source) as Readonly<Record<string, boolean>>;
  const kept = Object.entries(source.Resources).flatMap(([id, resource]) => {
    const { Condition, DependsOn, ...rest } = resource as typeof resource & { Condition?: string };
    return Condition && !conditions[Condition] ? [] : [[id, filled(rest, known, source)]];
  });
  return { Resources: Object.fromEntries(kept) };
}

function filled(value: unknown, known: Context, { Resources }: RoleTemplate): unknown {
  const fill = (each: unknown): unknown => filled(each, known, { Resources } as RoleTemplate);
  if (Array.isArray(value)) return value.map(fill);
  if (typeof value !== 'object' || value === null) return value;
  const { Ref: ref, 'Fn::Sub': text, 'Fn::Join': join, 'Fn::Equals': equals } = value as Record<string, unknown>;
  if (typeof ref === 'string') {
    if (known[ref] !== undefined) return known[ref];
    const { Path = '/', ManagedPolicyName } = (fill(Resources[ref]?.Properties) ?? {}) as { Path?: string; ManagedPolicyName?: string };
    return ManagedPolicyName ? `arn:aws:iam::${account}:policy${Path}${ManagedPolicyName}` : value;
  }
  if (Array.isArray(join)) return String(fill(join[1])).split(',').join(String(join[0]));
  if (Array.isArray(equals)) return fill(equals[0]) === fill(equals[1]);
  if (Array.isArray(text)) return substituted(String(text[0]), { ...known, ...(fill(text[1]) as Context) });
  if (typeof text === 'string') return substituted(text, known);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, fill(inner)]));
}

const substituted = (text: string, known: Context) =>
  text.replaceAll(/\$\{([^}]+)\}/g, (_, name: string) => {
    if (known[name] === undefined) throw new Error(`\${${name}} is not known`);
    return known[name];
  });

/** The roles of a pipeline: what each may do, and whom it trusts. */
export function rolesOf(parameters: Context) {
  const { Resources } = roleTemplate(parameters);
  const property = (id: string) => Resources[id]?.Properties as Properties | undefined;
  const of = (...ids: readonly string[]) => ids.flatMap((id) => property(id)?.PolicyDocument.Statement ?? []);
  const deploy = of('DeployPolicy', 'RuntimePolicy', 'AlarmPolicy', 'RemovePolicy', 'KeepPolicy');
  const drift = property('DriftRole')?.Policies?.flatMap(({ PolicyDocument }) => PolicyDocument.Statement) ?? [];
  const boundary = of('Boundary');
  return {
    boundaryArn: `arn:aws:iam::${account}:policy/gatehouse-${parameters['RoleName']}-boundary`,
    deploy: { statements: deploy, may: judge(deploy) },
    drift: { statements: drift, may: judge(drift) },
    boundary: { statements: boundary, may: judge(boundary) },
    trust: (id: 'DeployRole' | 'DriftRole') => JSON.parse(property(id)?.AssumeRolePolicyDocument ?? '{}').Statement,
  };
}

/** Whether statements allow an action: some allow it, and none denies it (IAM: "Policy evaluation logic"). */
function judge(statements: readonly Statement[]) {
  return (action: string, resource: string, context: Context = {}): boolean => {
    const matching = statements.filter(
      ({ Action, Resource, Condition = {} }) =>
        [Action].flat().some((each) => matchesPattern(each.toLowerCase(), action.toLowerCase())) &&
        [Resource].flat().some((each) => matchesPattern(each, resource)) &&
        Object.entries(Condition).every(([operator, keys]) =>
          Object.entries(keys).every(([key, wanted]) => {
            const value = context[key];
            if (!['StringEquals', 'ArnLike'].includes(operator)) throw new Error(`${operator} cannot be judged here`);
            return value !== undefined && (operator === 'ArnLike' ? matchesPattern(wanted, value) : wanted === value);
          }),
        ),
    );
    return matching.some(({ Effect }) => Effect === 'Allow') && !matching.some(({ Effect }) => Effect === 'Deny');
  };
}
