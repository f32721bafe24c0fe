import { describe, expect, it } from 'vitest';
import type { Resources } from '../../plugins/framework.ts';
import { addPrefix, addTwins } from '../../plugins/routes.ts';

const route = (key: string, more = {}): Resources[string] => ({
  Type: 'AWS::ApiGatewayV2::Route',
  Properties: { RouteKey: key, Target: 'integrations/one', ...more },
});
const keys = (resources: Resources) => Object.values(resources).map(({ Properties }) => Properties['RouteKey']);

describe('the twin of a route', () => {
  it('answers without the slash, through the same function and the same authorizer', () => {
    const locked = { AuthorizationType: 'CUSTOM', AuthorizerId: { Ref: 'HttpApiAuthorizerJwt' } };
    const resources = { Users: route('GET /users/{id}/', locked) };
    addTwins(resources);
    expect(resources).toEqual({ Users: route('GET /users/{id}/', locked), UsersSlashless: route('GET /users/{id}', locked) });
  });

  it('is not made for a path that ends without a slash, nor for the root', () => {
    const resources = { Avatar: route('DELETE /users/{id}/avatar'), Root: route('GET /'), Default: route('$default') };
    addTwins(resources);
    expect(keys(resources)).toEqual(['DELETE /users/{id}/avatar', 'GET /', '$default']);
  });

  it('is made of routes alone', () => {
    const resources = { Table: { Type: 'AWS::DynamoDB::Table', Properties: { RouteKey: 'GET /x/' } } };
    addTwins(resources);
    expect(Object.keys(resources)).toEqual(['Table']);
  });
});

describe('the prefix', () => {
  it('goes before the path of every HTTP event and of nothing else', () => {
    const stream = { stream: { arn: 'arn' } };
    const functions = {
      health: { handler: 'x', events: [{ httpApi: { method: 'GET', path: '/health/' } }, stream] },
      authorizer: { handler: 'y' },
    };
    addPrefix(functions, '/accounts');
    expect(functions.health.events).toEqual([{ httpApi: { method: 'GET', path: '/accounts/health/' } }, stream]);
  });
});
