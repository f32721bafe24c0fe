import { takesSecrets } from '#lib/keys/secrets-taken.ts';
import type { Settings } from '#lib/settings.ts';
import type { Resources } from './framework.ts';

type Statement = { Action: string | string[]; Resource: unknown };
type Policies = readonly { readonly PolicyDocument: { readonly Statement: Statement[] } }[];

type Chosen = Pick<Settings, 'ALGORITHM' | 'HONOUR_HS_TOKENS' | 'DJANGO_ALGORITHM'>;

/** What this stage's functions read beside `verification-keys`; whoever rotates keys has nothing to do with Django's. */
function secretNames(settings: Chosen, isRotating: boolean): string[] {
  const own = takesSecrets(settings) ? ['verification-secrets'] : [];
  return settings.DJANGO_ALGORITHM && !isRotating ? [...own, 'django-signing-key'] : own;
}

/**
 * Lets every function that may read (or, rotating, write) `verification-keys` do the same with the secrets of a stage that verifies with
 * secrets; of another stage nobody may. Those under `functions/well-known` publish keys and verify nothing: they never see one.
 */
export function grantSecrets(resources: Resources, settings: Chosen): void {
  for (const { Type, Properties } of Object.values(resources)) {
    if (Type !== 'AWS::Lambda::Function' || String(Properties['Handler']).startsWith('functions/well-known/')) continue;
    const [role = ''] = (Properties['Role'] as { 'Fn::GetAtt'?: string[] } | undefined)?.['Fn::GetAtt'] ?? [];
    for (const { PolicyDocument } of (resources[role]?.Properties['Policies'] ?? []) as Policies) {
      for (const statement of PolicyDocument.Statement) {
        const isRotating = [statement.Action].flat().includes('ssm:PutParameter');
        statement.Resource = withSecrets(statement.Resource, secretNames(settings, isRotating));
      }
    }
  }
}

function withSecrets(resource: unknown, names: readonly string[]): unknown {
  const list = [resource].flat();
  const beside = list.flatMap((each) => {
    const text = JSON.stringify(each);
    if (!/\/verification-keys"/.test(text)) return [];
    return names.map((name) => text.replace('/verification-keys"', `/${name}"`));
  });
  const there = list.map((each) => JSON.stringify(each));
  const missing = beside.filter((each) => !there.includes(each));
  return missing.length > 0 ? [...list, ...missing.map((each) => JSON.parse(each) as unknown)] : resource;
}
