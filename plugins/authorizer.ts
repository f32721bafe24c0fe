import type { Settings } from '#lib/settings.ts';
import type { AuthorizerDefinition, Resources } from './framework.ts';

/**
 * Where tokens may come as cookies, the authorizer goes without an identity source: API Gateway wants every one of them to be there,
 * and a request brings a header or a cookie. Without a source there is nothing to keep an answer by, so it is asked every time.
 */
export function shapeAuthorizer(authorizer: AuthorizerDefinition | undefined, { AUTH_COOKIES }: Pick<Settings, 'AUTH_COOKIES'>): void {
  if (AUTH_COOKIES === 'off' || !authorizer) return;
  delete authorizer.identitySource;
  authorizer.resultTtlInSeconds = 0;
}

type Statement = { readonly Sid?: string };
type Policy = { readonly PolicyDocument: { Statement: Statement[] } };

/** The `Sid` of what a role allows only where every request looks whether its token was taken back. */
const strictOnly = 'OnlyWhereRevocationIsStrict';

/**
 * What the settings mean for the authorizer of a template: how long API Gateway keeps its results, and, where it looks nothing up, that
 * it may not either. It is done to the template, so that what is packaged once can be tried with any settings.
 */
export function tuneAuthorizer(resources: Resources, settings: Pick<Settings, 'AUTHORIZER_CACHE' | 'REVOCATION_CHECK'>): void {
  for (const { Type, Properties } of Object.values(resources)) {
    if (Type === 'AWS::ApiGatewayV2::Authorizer') Properties['AuthorizerResultTtlInSeconds'] = settings.AUTHORIZER_CACHE;
    if (Type !== 'AWS::IAM::Role' || settings.REVOCATION_CHECK === 'strict') continue;
    for (const { PolicyDocument } of (Properties['Policies'] ?? []) as Policy[]) {
      PolicyDocument.Statement = PolicyDocument.Statement.filter(({ Sid }) => Sid !== strictOnly);
    }
  }
}
