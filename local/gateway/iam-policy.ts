import type { Template } from './template.ts';

/** One action on one resource, such as `dynamodb:GetItem` on the ARN of a table. */
export type ActionOn = { readonly action: string; readonly resource: string };

/** One action on one resource, with the values for conditions, such as `s3:prefix`. */
export type Permission = ActionOn & { readonly context?: Readonly<Record<string, string>> };

/** One action on one resource that a statement of a role names; either may hold `*` and `?`. */
export type Grant = ActionOn & { readonly effect: 'Allow' | 'Deny'; readonly conditions: readonly Condition[] };
type Condition = { readonly operator: string; readonly key: string; readonly values: readonly string[] };

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
  const isUnderstood = conditions.every(({ operator, key }) => /^String(Equals|Like)$/.test(operator) && key === 's3:prefix');
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

/** A condition on a key that the request does not have is not met. */
function isMet({ operator, key, values }: Condition, context: Readonly<Record<string, string>>): boolean {
  const value = context[key];
  if (value === undefined) return false;
  return values.some((wanted) => (operator === 'StringLike' ? matchesPattern(wanted, value) : wanted === value));
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
