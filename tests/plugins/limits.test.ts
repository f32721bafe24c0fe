import { describe, expect, it } from 'vitest';
import type { Resources } from '../../plugins/framework.ts';
import { limitStage, type StageLimits } from '../../plugins/limits.ts';
import { readStageSettings } from '../../plugins/stage-settings.ts';

function limited(limits: StageLimits) {
  const lambda = (Handler: string) => ({ Type: 'AWS::Lambda::Function', Properties: { Handler } as Record<string, unknown> });
  const resources: Resources = {
    Stage: { Type: 'AWS::ApiGatewayV2::Stage', Properties: { DefaultRouteSettings: { DetailedMetricsEnabled: true } } },
    Login: lambda('functions/auth/login.handler'),
    Decoder: lambda('functions/avatar/decode.handler'),
    Upload: lambda('functions/avatar/upload.handler'),
    Authorizer: lambda('functions/authorizer-with-passwords.handler'),
  };
  limitStage(resources, limits);
  return Object.fromEntries(Object.entries(resources).map(([id, { Properties }]) => [id, Properties]));
}

describe('the limits of a stage', () => {
  it('throttle all its routes together', () => {
    expect(limited({ requestsPerSecond: 300 })['Stage']).toEqual({
      DefaultRouteSettings: { DetailedMetricsEnabled: true, ThrottlingRateLimit: 300, ThrottlingBurstLimit: 300 },
    });
  });

  it('cap functions that hash or decode, and never the authorizer, which every locked request needs', () => {
    const { Login, Decoder, Upload, Authorizer } = limited({ reservedConcurrency: 40 });
    expect(Decoder).toEqual({ Handler: 'functions/avatar/decode.handler', ReservedConcurrentExecutions: 40 });
    expect(Upload).toEqual({ Handler: 'functions/avatar/upload.handler' });
    expect(Login).toEqual({ Handler: 'functions/auth/login.handler', ReservedConcurrentExecutions: 40 });
    expect(Authorizer).toEqual({ Handler: 'functions/authorizer-with-passwords.handler' });
  });

  it('leave the template as it is if the stage has none', () => {
    const { Stage, Login } = limited({});
    expect(Stage).toEqual({ DefaultRouteSettings: { DetailedMetricsEnabled: true } });
    expect(Login).toEqual({ Handler: 'functions/auth/login.handler' });
  });

  it.each(['0', 0, -1, 1.5, null, true])('are whole numbers above zero: %j is refused', (value) => {
    const stages = { dev: { keepData: true, logRetentionDays: 7, requestsPerSecond: value, reservedConcurrency: value } };
    expect(() => readStageSettings(stages, 'dev')).toThrow(/requestsPerSecond has to be.*reservedConcurrency has to be/s);
  });

  it('are read from stages.yml', () => {
    const stages = { dev: { keepData: true, logRetentionDays: 7, requestsPerSecond: 100, reservedConcurrency: 5 } };
    expect(readStageSettings(stages, 'dev').limits).toEqual({ requestsPerSecond: 100, reservedConcurrency: 5 });
  });
});
