import { takesSecrets } from '#lib/keys/secrets-taken.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import type { Resources } from './framework.ts';

type Statement = { Action: string | string[]; Resource: unknown };
type Policies = readonly { readonly PolicyDocument: { readonly Statement: Statement[] } }[];

type Chosen = Pick<Settings, 'ALGORITHM' | 'HONOUR_HS_TOKENS' | 'DJANGO_ALGORITHM'>;

/**
 * The functions that accept only tokens of this stage: key rotation reads no token, and sliding tokens are renewed
 * where they were issued.
 */
const ownTokensOnly = ['functions/keys/rotate.handler', 'functions/token/refresh-sliding.handler'];

/** The parameters that a function of this stage reads besides `verification-keys`. */
function secretNames(settings: Chosen, handler: string): string[] {
  const own = takesSecrets(settings) ? ['verification-secrets'] : [];
  return settings.DJANGO_ALGORITHM && !ownTokensOnly.includes(handler) ? [...own, 'django-signing-key'] : own;
}

/**
 * Gives every function with rights on `verification-keys` the same rights on the secrets, if the stage verifies with
 * secrets; otherwise no function gets them. Functions under `functions/well-known` publish keys and verify nothing, so
 * they never get them.
 */
export function grantSecrets(resources: Resources, settings: Chosen): void {
  for (const { Type, Properties } of Object.values(resources)) {
    const handler = String(Properties['Handler']);
    if (Type !== 'AWS::Lambda::Function' || handler.startsWith('functions/well-known/')) continue;
    const [role = ''] = (Properties['Role'] as { 'Fn::GetAtt'?: string[] } | undefined)?.['Fn::GetAtt'] ?? [];
    for (const { PolicyDocument } of (resources[role]?.Properties['Policies'] ?? []) as Policies) {
      for (const statement of PolicyDocument.Statement) {
        statement.Resource = withSecrets(statement.Resource, secretNames(settings, handler));
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
