import { describe, expect, it } from 'vitest';
import type { Resources } from '../../plugins/framework.ts';
import { grantSecrets } from '../../plugins/secret-grants.ts';
import { madeSettings } from '../lib/made-settings.ts';

const arn = (name: string) => ({
  'Fn::Sub': `arn:\${AWS::Partition}:ssm:\${AWS::Region}:\${AWS::AccountId}:parameter/gatehouse/dev/${name}`,
});

/** Functions that read one parameter each, by handler. */
function service(): Resources {
  const reads = { verify: 'verification-keys', sign: 'signing-key', jwks: 'verification-keys' };
  return Object.fromEntries(
    Object.entries(reads).flatMap(([name, parameter]) => {
      const Handler = name === 'jwks' ? 'functions/well-known/jwks.handler' : `functions/token/${name}.handler`;
      const Statement = [{ Effect: 'Allow', Action: 'ssm:GetParameter', Resource: arn(parameter) }];
      return [
        [name, { Type: 'AWS::Lambda::Function', Properties: { Handler, Role: { 'Fn::GetAtt': [`${name}Role`, 'Arn'] } } }],
        [`${name}Role`, { Type: 'AWS::IAM::Role', Properties: { Policies: [{ PolicyDocument: { Statement } }] } }],
      ];
    }),
  );
}

function granted(settings: Record<string, string>, times = 1) {
  const resources = service();
  for (let time = 0; time < times; time += 1) grantSecrets(resources, madeSettings(settings));
  return Object.fromEntries(
    ['verify', 'sign', 'jwks'].map((name) => {
      const policies = resources[`${name}Role`]?.Properties['Policies'] as { PolicyDocument: { Statement: { Resource: unknown }[] } }[];
      return [name, policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement.flatMap(({ Resource }) => Resource))];
    }),
  );
}

const withoutSecrets = { verify: [arn('verification-keys')], sign: [arn('signing-key')], jwks: [arn('verification-keys')] };

describe('functions that verify tokens may read secrets', () => {
  it('if the stage signs or signed with one, and no other function may', () => {
    const verify = [arn('verification-keys'), arn('verification-secrets')];
    for (const settings of [{ ALGORITHM: 'HS256' }, { ALGORITHM: 'HS512' }, { HONOUR_HS_TOKENS: 'true' }])
      expect(granted(settings)).toEqual({ ...withoutSecrets, verify });
  });

  it('on no other stage', () => {
    expect(granted({})).toEqual(withoutSecrets);
  });

  it('of the earlier Django project, if its tokens are accepted', () => {
    const verify = [arn('verification-keys'), arn('django-signing-key')];
    expect(granted({ DJANGO_ALGORITHM: 'HS256', DJANGO_SIGNING_KEY: 'x' })).toEqual({ ...withoutSecrets, verify });
    const both = granted({ ALGORITHM: 'HS256', DJANGO_ALGORITHM: 'RS256', DJANGO_SIGNING_KEY: 'x' });
    expect(both['verify']).toEqual([arn('verification-keys'), arn('verification-secrets'), arn('django-signing-key')]);
  });

  it('once', () => {
    expect(granted({ ALGORITHM: 'HS256' }, 2)['verify']).toHaveLength(2);
  });
});
