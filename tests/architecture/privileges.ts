import type { Template, TemplateResource } from './cloudformation.ts';

type Statement = { readonly Effect: string; readonly Action: string | string[]; readonly Resource: unknown };
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

/** Every action that some role allows. */
export function grantedActions(template: Template): string[] {
  return ofType(template, 'AWS::IAM::Role').flatMap(([, { Properties }]) => statements(Properties as Role).flatMap(({ Action }) => Action));
}

/** The actions that a function may do with a resource of the template. */
export function actionsOn(template: Template, functionId: string, resourceId: string): string[] {
  const role = template.Resources[roleByFunction(template)[functionId] ?? '']?.Properties as Role;
  const isMeant = (resource: unknown) => (resource as { 'Fn::GetAtt'?: string[] } | null)?.['Fn::GetAtt']?.[0] === resourceId;
  return statements(role).flatMap(({ Action, Resource }) => ([Resource].flat().some(isMeant) ? Action : []));
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
