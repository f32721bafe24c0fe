import { describe, expect, it } from 'vitest';
import type { Resources } from '../../plugins/framework.ts';
import { grantSending } from '../../plugins/sender-grants.ts';
import { madeSettings } from '../lib/made-settings.ts';

const own = { Effect: 'Allow', Action: 'dynamodb:UpdateItem' };
const from = { MESSAGE_FROM_EMAIL: 'accounts@example.com' };

/** The added rights of the function that sends messages, after each of these settings. */
function granted(...all: Readonly<Record<string, string>>[]) {
  const role = (): Resources[string] => ({ Type: 'AWS::IAM::Role', Properties: { Policies: [{ PolicyDocument: { Statement: [own] } }] } });
  const lambda = (Handler: string, id: string): Resources[string] => ({
    Type: 'AWS::Lambda::Function',
    Properties: { Handler, Role: { 'Fn::GetAtt': [id, 'Arn'] }, Environment: { Variables: { KEYS_PATH: '/gatehouse/dev' } } },
  });
  const resources: Resources = {
    Send: lambda('functions/messages/send.handler', 'SendRole'),
    Login: lambda('functions/auth/login.handler', 'LoginRole'),
    ...{ SendRole: role(), LoginRole: role() },
  };
  for (const settings of all) grantSending(resources, madeSettings(settings));
  const statements = (id: string) =>
    ((resources[id]?.Properties['Policies'] ?? []) as { PolicyDocument: { Statement: object[] } }[]).flatMap(
      (each) => each.PolicyDocument.Statement,
    );
  expect(statements('LoginRole')).toEqual([own]);
  expect(statements('SendRole')[0]).toEqual(own);
  return statements('SendRole').slice(1);
}

describe('the function that sends messages', () => {
  it('may send nothing on a stage without a sender', () => {
    expect(granted({ EMAIL_SENDER: 'off', SMS_SENDER: 'off' })).toEqual([]);
  });

  it('may send by SES from the address of the stage, and from no other', () => {
    expect(granted({ EMAIL_SENDER: 'ses', ...from })).toEqual([
      {
        ...{ Sid: 'SendByses', Effect: 'Allow', Action: 'ses:SendEmail' },
        Resource: { 'Fn::Sub': 'arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:identity/*' },
        Condition: { StringEquals: { 'ses:FromAddress': 'accounts@example.com' } },
      },
    ]);
  });

  it.each([
    [{ SMS_SENDER: 'aws' }, ['sms-voice:SendTextMessage "*"']],
    [{ EMAIL_SENDER: 'smtp', ...from }, ['ssm:GetParameter …parameter/gatehouse/dev/smtp-url']],
    [
      { EMAIL_SENDER: 'webhook', SMS_SENDER: 'webhook', MESSAGE_WEBHOOK_URL: 'https://example.com/' },
      ['ssm:GetParameter …parameter/gatehouse/dev/webhook-secret'],
    ],
    [{ EMAIL_SENDER: 'outbox', SMS_SENDER: 'outbox' }, ['dynamodb:PutItem {"Fn::GetAtt":["ShortLivedTable","Arn"]}']],
  ])('may do what %j needs', (settings, expected) => {
    const told = granted(settings).map((each) => {
      const { Action, Resource } = each as { Action: string; Resource: unknown };
      return `${Action} ${JSON.stringify(Resource).replace(/^\{"Fn::Sub":"arn.*:(parameter.*)"\}$/, '…$1')}`;
    });
    expect(told).toEqual(expected);
  });

  it('has the rights of the last settings after several changes', () => {
    expect(granted({ EMAIL_SENDER: 'ses', ...from }, { SMS_SENDER: 'aws' })).toHaveLength(1);
  });
});
