import { authScheme } from '#lib/auth-scheme.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import type { AuthorizerDefinition, Resources } from './framework.ts';

type Identifying = Pick<Settings, 'AUTH_COOKIES' | 'AUTH_HEADER_NAME' | 'AUTH_HEADER_TYPES'>;

/**
 * Has the gateway ask for the header the stage reads, and refuse for free whoever does not send it; it also keeps answers by that header.
 * There is none to ask for where tokens may come as cookies instead (API Gateway wants every source to be there), and where Basic stands
 * first: its clients send nothing until a 401 has asked them, and the gateway's own asks for nothing.
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

/** The `Sid` of what a role does not need where every request looks whether its token was taken back, and where none does. */
const superfluous = { strict: 'OnlyWhereRevocationIsLazy', lazy: 'OnlyWhereRevocationIsStrict' };

/**
 * What the settings mean for the authorizer of a template: how long API Gateway keeps its results, and, where it looks nothing up, that
 * it may not either. It is done to the template, so that what is packaged once can be tried with any settings.
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
