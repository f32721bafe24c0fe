import { describe, expect, it } from 'vitest';
import { routeMatcher } from '#local/gateway/http-routes.ts';

const matcher = (...routeKeys: string[]) => {
  const match = routeMatcher(routeKeys.map((routeKey) => ({ routeKey })));
  return (method: string, path: string) => match(method, path)?.route.routeKey;
};

describe('which route a request takes', () => {
  const documented = ['$default', 'ANY /{proxy+}', 'GET /pets/{proxy+}', 'GET /pets/dog/{id}', 'GET /pets/dog/1'];

  it.each([
    ['GET', '/pets/dog/1', 'GET /pets/dog/1'],
    ['GET', '/pets/dog/2', 'GET /pets/dog/{id}'],
    ['GET', '/pets/cat/1', 'GET /pets/{proxy+}'],
    ['POST', '/test/5', 'ANY /{proxy+}'],
    ['POST', '/', '$default'],
  ])('%s %s takes the route that AWS documents, %s', (method, path, routeKey) => {
    expect(matcher(...documented)(method, path)).toBe(routeKey);
    expect(matcher(...documented.toReversed())(method, path)).toBe(routeKey);
  });

  it('treats a final slash as part of the path, and matches nothing with one too many or too few', () => {
    const match = matcher('GET /health/', 'GET /users/{id}');
    expect(match('GET', '/health/')).toBe('GET /health/');
    expect(match('GET', '/health')).toBeUndefined();
    expect(match('GET', '/health//')).toBeUndefined();
    expect(match('GET', '//health/')).toBeUndefined();
    expect(match('GET', '/users/7/')).toBeUndefined();
  });

  it('never fills a parameter with an empty text', () => {
    const match = matcher('GET /users/{id}/', 'GET /files/{rest+}');
    expect(match('GET', '/users//')).toBeUndefined();
    expect(match('GET', '/files/')).toBeUndefined();
    expect(match('GET', '/files')).toBeUndefined();
  });

  it('accepts HEAD and other methods only with a route of the same case', () => {
    const match = matcher('GET /health/', 'HEAD /media/{name}', 'ANY /any');
    expect(match('HEAD', '/health/')).toBeUndefined();
    expect(match('HEAD', '/media/a')).toBe('HEAD /media/{name}');
    expect(match('PATCH', '/any')).toBe('ANY /any');
    expect(match('GET', '/Health/')).toBeUndefined();
  });

  it('prefers a named method to ANY', () => {
    expect(matcher('ANY /a/{id}', 'GET /a/{id}')('GET', '/a/1')).toBe('GET /a/{id}');
    expect(matcher('ANY /a/{id}', 'GET /a/{id}')('PUT', '/a/1')).toBe('ANY /a/{id}');
  });

  it('passes on the values of the parameters', () => {
    const match = routeMatcher([{ routeKey: 'GET /users/{id}/files/{path+}' }]);
    expect(match('GET', '/users/7/files/a/b/')?.pathParameters).toEqual({ id: '7', path: 'a/b/' });
  });
});
