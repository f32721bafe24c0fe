import { authScheme } from '#lib/auth-scheme.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import type { AuthorizerDefinition, Resources } from './framework.ts';

type Identifying = Pick<Settings, 'AUTH_COOKIES' | 'AUTH_HEADER_NAME' | 'AUTH_HEADER_TYPES'>;

/**
 * Sets the header that the gateway requires: it refuses requests without it for free, and caches answers by it. With
 * cookies there is no such header, because API Gateway requires every identity source. With Basic first there is none
 * either: its clients send nothing before a 401 asks them to, and the gateway's own 401 asks for nothing.
 */
export function identifyBy(
  authorizer: AuthorizerDefinition,
  { AUTH_COOKIES, AUTH_HEADER_NAME, AUTH_HEADER_TYPES: [first = ''] }: Identifying,
): void {
  if (AUTH_COOKIES === 'off' && authScheme(first) !== 'basic') authorizer.identitySource = `$request.header.${AUTH_HEADER_NAME}`;
  else delete authorizer.identitySource;
}

type Statement = { readonly Sid?: string };
type Policy = { readonly PolicyDocument: { Statement: Statement[] } };

/** The `Sid` of the statement that a role does not need with strict, and with lazy, revocation checks. */
const superfluous = { strict: 'OnlyWhereRevocationIsLazy', lazy: 'OnlyWhereRevocationIsStrict' };

/**
 * Applies the settings to the authorizer of a template: how long API Gateway caches its answers, and, if it looks
 * nothing up, no right to do so. It changes the template, so one package can be tested with any settings.
 */
export function tuneAuthorizer(resources: Resources, settings: Pick<Settings, 'AUTHORIZER_CACHE' | 'REVOCATION_CHECK'>): void {
  for (const { Type, Properties } of Object.values(resources)) {
    if (Type === 'AWS::ApiGatewayV2::Authorizer') Properties['AuthorizerResultTtlInSeconds'] = settings.AUTHORIZER_CACHE;
    if (Type !== 'AWS::IAM::Role') continue;
    for (const { PolicyDocument } of (Properties['Policies'] ?? []) as Policy[]) {
      PolicyDocument.Statement = PolicyDocument.Statement.filter(({ Sid }) => Sid !== superfluous[settings.REVOCATION_CHECK]);
    }
  }
}
