import type { Template, TemplateResource } from './cloudformation.ts';

type Statement = {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
};
type Role = { readonly Policies?: readonly { readonly PolicyDocument: { readonly Statement: readonly Statement[] } }[] };

/** The resources of a type with their logical ids. */
export function ofType(template: Template, type: string): (readonly [id: string, resource: TemplateResource])[] {
  return Object.entries(template.Resources).filter(([, { Type }]) => Type === type);
}

/** The role of each function, by logical id. */
export function roleByFunction(template: Template): Record<string, string> {
  return Object.fromEntries(
    ofType(template, 'AWS::Lambda::Function').map(([id, { Properties }]) => {
      const role = Properties?.['Role'] as { 'Fn::GetAtt': [string, string] };
      return [id, role['Fn::GetAtt'][0]];
    }),
  );
}

/**
 * The grants that name an action or a resource with a wildcard. An ARN has to be that of a resource of the template, or
 * spelled out; a prefix such as `avatars/*` may follow the ARN of one of our resources.
 */
export function broadGrants(template: Template): string[] {
  return ofType(template, 'AWS::IAM::Role').flatMap(([id, { Properties }]) =>
    statements(Properties as Role).flatMap(({ Action, Resource }) => [
      ...[Action].flat().flatMap((action) => (action.includes('*') ? [`${id}: ${action}`] : [])),
      ...[Resource]
        .flat()
        .flatMap((resource) => (isExact(resource) ? [] : [`${id}: ${[Action].flat().join(', ')} on ${JSON.stringify(resource)}`])),
    ]),
  );
}

/** The grants that need a limit: the condition key, and the tables and actions of which each statement has to have it. */
const limited = [
  { table: 'UsersTable', actions: /:UpdateItem$/, key: 'dynamodb:Attributes', what: 'columns' },
  { table: 'ShortLivedTable', actions: /./, key: 'dynamodb:LeadingKeys', what: 'keys' },
];

/** The grants without a limit of columns or keys, each with the line that `functions.yml` lacks. */
export function limitlessGrants(template: Template): string[] {
  return ofType(template, 'AWS::IAM::Role').flatMap(([id, { Properties }]) =>
    statements(Properties as Role).flatMap(({ Action, Resource, Condition = {} }) =>
      limited.flatMap(({ table, actions, key, what }) => {
        const concerned = [Action].flat().filter((action) => actions.test(action));
        const isOn = [Resource].flat().some((each) => (each as { 'Fn::GetAtt'?: string[] } | null)?.['Fn::GetAtt']?.[0] === table);
        const isLimited = Object.entries(Condition).some(
          ([operator, keys]) => /^ForAllValues:String(Equals|Like)$/.test(operator) && (keys[key] ?? '*') !== '*',
        );
        if (!isOn || concerned.length === 0 || isLimited) return [];
        const line = `Condition: \${self:custom.only.<${what}>}`;
        return [`${id}: ${concerned.join(', ')} on ${table} lacks the line "${line}", with a list of ${what} from functions/rows.yml`];
      }),
    ),
  );
}

/** The size of each role's policy as IAM counts it, without white space. */
export function policySizes(template: Template): (readonly [role: string, characters: number])[] {
  return ofType(template, 'AWS::IAM::Role').map(([id, { Properties }]) => [id, JSON.stringify((Properties as Role).Policies).length]);
}

/** Every action that some role allows. */
export function grantedActions(template: Template): string[] {
  return ofType(template, 'AWS::IAM::Role').flatMap(([, { Properties }]) => statements(Properties as Role).flatMap(({ Action }) => Action));
}

/** The actions that a function may do with a resource of the template. */
export function actionsOn(template: Template, functionId: string, resourceId: string): string[] {
  const isMeant = (resource: unknown) => (resource as { 'Fn::GetAtt'?: string[] } | null)?.['Fn::GetAtt']?.[0] === resourceId;
  return statementsOf(template, functionId).flatMap(({ Action, Resource }) => ([Resource].flat().some(isMeant) ? Action : []));
}

/** The statements of a function's role. */
export function statementsOf(template: Template, functionId: string): readonly Statement[] {
  return statements(template.Resources[roleByFunction(template)[functionId] ?? '']?.Properties as Role);
}

function statements({ Policies = [] }: Role): readonly Statement[] {
  return Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
}

function isExact(resource: unknown): boolean {
  if (typeof resource === 'object' && resource !== null && 'Fn::GetAtt' in resource) return true;
  const text = typeof resource === 'string' ? resource : (resource as { 'Fn::Sub'?: unknown } | null)?.['Fn::Sub'];
  if (typeof text !== 'string' || !text.startsWith('arn:')) return typeof text === 'string' && /^\$\{\w+\.Arn\}\/[\w/-]+\*?$/.test(text);
  return !text.includes('*');
}
