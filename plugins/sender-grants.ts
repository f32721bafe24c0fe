import type { Settings } from '#lib/settings/catalogue.ts';
import type { Resource, Resources } from './framework.ts';

type Statement = {
  readonly Sid?: string;
  readonly Effect: 'Allow';
  readonly Action: string;
  readonly Resource: unknown;
  readonly Condition?: unknown;
};
type Policies = readonly { readonly PolicyDocument: { Statement: Statement[] } }[];
type Chosen = Pick<Settings, 'EMAIL_SENDER' | 'SMS_SENDER' | 'MESSAGE_FROM_EMAIL'>;

const arn = (rest: string) => ({ 'Fn::Sub': `arn:\${AWS::Partition}:${rest}` });
const ofAccount = (service: string, rest: string) => arn(`${service}:\${AWS::Region}:\${AWS::AccountId}:${rest}`);

/** The permission of each sender. SES may send only from the stage's address. */
function grantOf(sender: string, { MESSAGE_FROM_EMAIL }: Chosen, keysPath: string): Omit<Statement, 'Effect' | 'Sid'> | undefined {
  switch (sender) {
    case 'ses': {
      const condition = { StringEquals: { 'ses:FromAddress': MESSAGE_FROM_EMAIL } };
      return { Action: 'ses:SendEmail', Resource: ofAccount('ses', 'identity/*'), Condition: condition };
    }
    case 'aws': // a number, a pool or a sender id, chosen by SMS_ORIGIN or AWS, so no ARN is known
      return { Action: 'sms-voice:SendTextMessage', Resource: '*' };
    case 'smtp':
      return { Action: 'ssm:GetParameter', Resource: ofAccount('ssm', `parameter${keysPath}/smtp-url`) };
    case 'webhook':
      return { Action: 'ssm:GetParameter', Resource: ofAccount('ssm', `parameter${keysPath}/webhook-secret`) };
    case 'outbox':
      return {
        Action: 'dynamodb:PutItem',
        Resource: { 'Fn::GetAtt': ['ShortLivedTable', 'Arn'] },
        Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['letter#*'] } },
      };
    default:
      return undefined;
  }
}

/** Gives the function that sends messages the permissions of the stage's senders, and no others. */
export function grantSending(resources: Resources, settings: Chosen): void {
  for (const { Type, Properties } of Object.values(resources)) {
    if (Type !== 'AWS::Lambda::Function' || Properties['Handler'] !== 'functions/messages/send.handler') continue;
    const keysPath = String((Properties['Environment'] as { Variables?: Record<string, unknown> } | undefined)?.Variables?.['KEYS_PATH']);
    const grants = [...new Set([settings.EMAIL_SENDER, settings.SMS_SENDER])].flatMap((sender): Statement[] => {
      const grant = grantOf(sender, settings, keysPath);
      return grant ? [{ Sid: `SendBy${sender}`, Effect: 'Allow', ...grant }] : [];
    });
    for (const { PolicyDocument } of policiesOf(resources, Properties)) {
      PolicyDocument.Statement = [...PolicyDocument.Statement.filter(({ Sid }) => !Sid?.startsWith('SendBy')), ...grants];
    }
  }
}

function policiesOf(resources: Resources, properties: Resource['Properties']): Policies {
  const [role = ''] = (properties['Role'] as { 'Fn::GetAtt'?: string[] } | undefined)?.['Fn::GetAtt'] ?? [];
  return (resources[role]?.Properties['Policies'] ?? []) as Policies;
}
