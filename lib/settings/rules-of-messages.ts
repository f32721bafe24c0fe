import type { Settings } from './catalogue.ts';

/** The errors in the settings of messages. */
export function messageErrors(settings: Settings): string[] {
  const { EMAIL_SENDER: email, SMS_SENDER: sms } = settings;
  const rules: readonly (readonly [isBroken: boolean, error: string])[] = [
    ...(settings.STAGE === 'local' ? [] : deployedRules(settings)),
    [
      (email === 'ses' || email === 'smtp') && settings.MESSAGE_FROM_EMAIL === '',
      'MESSAGE_FROM_EMAIL has to be set if EMAIL_SENDER is ses or smtp',
    ],
    [
      (email === 'webhook' || sms === 'webhook') && settings.MESSAGE_WEBHOOK_URL === '',
      'MESSAGE_WEBHOOK_URL has to be set if EMAIL_SENDER or SMS_SENDER is webhook',
    ],
  ];
  return rules.filter(([isBroken]) => isBroken).map(([, error]) => error);
}

function deployedRules(settings: Settings) {
  const shown = 'on a deployed stage: outbox shows all messages to everyone';
  const stored = (name: string) => `has to be empty on a deployed stage: put it into Parameter Store as ${name} (docs/messages.md)`;
  return [
    [settings.EMAIL_SENDER === 'outbox', `EMAIL_SENDER has to be ses, smtp, webhook or off ${shown}`],
    [settings.SMS_SENDER === 'outbox', `SMS_SENDER has to be aws, webhook or off ${shown}`],
    [settings.SMTP_URL !== '', `SMTP_URL ${stored('smtp-url')}`],
    [settings.MESSAGE_WEBHOOK_SECRET !== '', `MESSAGE_WEBHOOK_SECRET ${stored('webhook-secret')}`],
    ...(['PASSWORD_RESET_URL', 'CHANGE_UNDO_URL'] as const).map(
      (name) => [settings[name].startsWith('http:'), `${name} has to begin with https: on a deployed stage`] as const,
    ),
  ] as const;
}
