import { beforeAll, describe, expect, it } from 'vitest';
import { packageStage } from '#local/gateway/packaged.ts';
import { readTemplate, type Template } from '#local/gateway/template.ts';
import { readStages } from '#local/project.ts';
import { shapeFunctions } from '../../plugins/laptop.ts';
import { apiOf } from '../../plugins/local-service.ts';
import { readFunctions } from '../../plugins/read-functions.ts';
import { readStageSettings } from '../../plugins/stage-settings.ts';

describe('the API of npm start', () => {
  let template: Template;
  let local: ReturnType<typeof apiOf>;

  beforeAll(async () => {
    const { templateFile } = await packageStage({ stage: 'local' });
    template = await readTemplate(templateFile);
    const { functions, schemes } = await readFunctions();
    const { settings } = readStageSettings(readStages(), 'local');
    shapeFunctions(functions, schemes, settings);
    const defaults = { timeout: 10, memorySize: 512 };
    const invoke = async () => ({ kind: 'timed-out' }) as const;
    local = apiOf({ functions, settings, environment: {}, defaults }, 'localhost:3000', { invoke });
  });

  it('has the routes of the compiled template, and the same ones are locked', () => {
    type Route = { RouteKey: string; AuthorizationType?: string };
    const compiled = template.ofType<Route>('AWS::ApiGatewayV2::Route').map(({ properties }) => properties);
    const locked = (routes: readonly (readonly [string, boolean])[]) => Object.fromEntries(routes);
    expect(locked(local.routes.map(({ routeKey, authorize }) => [routeKey, authorize !== undefined]))).toEqual(
      locked(compiled.map(({ RouteKey, AuthorizationType = 'NONE' }) => [RouteKey, AuthorizationType === 'CUSTOM'])),
    );
  });

  it('has its CORS configuration', () => {
    const [api] = template.ofType<{ CorsConfiguration: object }>('AWS::ApiGatewayV2::Api');
    expect(local.cors).toEqual(api?.properties.CorsConfiguration);
  });
});
