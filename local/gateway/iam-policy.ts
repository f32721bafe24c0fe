import type { Template } from './template.ts';

/** One action on one resource, such as `dynamodb:GetItem` on the ARN of a table. */
export type ActionOn = { readonly action: string; readonly resource: string };

/** The values of condition keys in a request, such as `s3:prefix`; some keys have many. */
export type Context = Readonly<Record<string, string | readonly string[]>>;

/** One action on one resource, with the values for conditions. */
export type Permission = ActionOn & { readonly context?: Context };

/** One action on one resource that a statement of a role names; either may hold `*` and `?`. */
export type Grant = ActionOn & { readonly effect: 'Allow' | 'Deny'; readonly conditions: readonly Condition[] };
type Condition = { readonly operator: string; readonly key: string; readonly values: readonly string[] };

const operators = /^(ForAllValues:)?String(Equals|Like)(IfExists)?$/;
const keys = /^(s3:prefix|dynamodb:(Attributes|LeadingKeys|ReturnValues|Select))$/;

type OneOrMore<T> = T | readonly T[];
type Statement = {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: OneOrMore<string>;
  readonly Resource?: OneOrMore<string>;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, OneOrMore<string>>>>>;
};
type PolicyDocument = { readonly Statement: OneOrMore<Statement> };
type RoleProperties = { readonly Policies?: readonly { readonly PolicyName: string; readonly PolicyDocument: PolicyDocument }[] };

/**
 * Every grant of every role in a template, by the ARN of the role. Throws on unsupported statements, such as most
 * conditions.
 */
export function grantsByRole(template: Template): ReadonlyMap<string, readonly Grant[]> {
  const roles = template.ofType<RoleProperties & { RoleName?: string }>('AWS::IAM::Role');
  return new Map(
    roles.map(({ id, properties }) => {
      const statements = (properties.Policies ?? []).flatMap(({ PolicyDocument }) => list(PolicyDocument.Statement));
      const arn = `arn:aws:iam::${template.place.accountId}:role/${properties.RoleName ?? id}`;
      return [arn, statements.flatMap((statement) => grantsOf(statement, id))];
    }),
  );
}

function grantsOf({ Effect, Action, Resource, Condition }: Statement, role: string): Grant[] {
  const conditions = Object.entries(Condition ?? {}).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => ({ operator, key, values: list(values) })),
  );
  const isUnderstood = conditions.every(({ operator, key }) => operators.test(operator) && keys.test(key));
  if (!isUnderstood || !Action || !Resource) throw new Error(`${role} has a statement that cannot be judged here`);
  return list(Action).flatMap((action) => list(Resource).map((resource) => ({ effect: Effect, action, resource, conditions })));
}

/** The grant for a permission, or `undefined`; an explicit deny wins (IAM: "Policy evaluation logic"). */
export function grantFor(grants: readonly Grant[], wanted: Permission): Grant | undefined {
  const matching = grants.filter(
    ({ action, resource, conditions }) =>
      matchesPattern(action.toLowerCase(), wanted.action.toLowerCase()) &&
      matchesPattern(resource, wanted.resource) &&
      conditions.every((condition) => isMet(condition, wanted.context ?? {})),
  );
  if (matching.some(({ effect }) => effect === 'Deny')) return undefined;
  return matching.find(({ effect }) => effect === 'Allow');
}

/**
 * A condition on a key that the request does not have is not met, unless its operator ends in `IfExists` or begins with
 * `ForAllValues` (IAM: "Set operators for multivalued context keys"). Only `ForAllValues` compares a key of many values.
 */
function isMet({ operator, key, values }: Condition, context: Context): boolean {
  const value = context[key];
  const isForAll = operator.startsWith('ForAllValues:');
  if (value === undefined) return isForAll || operator.endsWith('IfExists');
  if (Array.isArray(value) && !isForAll) return false;
  return list<string>(value).every((each) =>
    values.some((wanted) => (operator.includes('StringLike') ? matchesPattern(wanted, each) : wanted === each)),
  );
}

/** IAM's wildcards: `*` is any text, `?` any one character. */
export function matchesPattern(pattern: string, text: string): boolean {
  if (!/[*?]/.test(pattern)) return pattern === text;
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(text);
}

const list = <T>(value: OneOrMore<T>): readonly T[] => (Array.isArray(value) ? value : [value]) as readonly T[];
