import type { Settings } from '#lib/settings.ts';
import type { AuthorizerDefinition } from './framework.ts';

/**
 * Where tokens may come as cookies, the authorizer goes without an identity source: API Gateway wants every one of them to be there,
 * and a request brings a header or a cookie. Without a source there is nothing to keep an answer by, so it is asked every time.
 */
export function shapeAuthorizer(authorizer: AuthorizerDefinition | undefined, { AUTH_COOKIES }: Pick<Settings, 'AUTH_COOKIES'>): void {
  if (AUTH_COOKIES === 'off' || !authorizer) return;
  delete authorizer.identitySource;
  authorizer.resultTtlInSeconds = 0;
}
