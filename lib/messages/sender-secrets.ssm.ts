import type { SSMClient } from '@aws-sdk/client-ssm';
import { keptSeconds, optionalParameter, ParameterError } from '#lib/aws/parameter.ts';
import { ssm } from '#lib/aws/ssm.ts';
import { reloading } from '#lib/reloading.ts';
import type { Settings } from '#lib/settings/catalogue.ts';

type Chosen = Pick<Settings, 'KEYS_PATH' | 'SMTP_URL' | 'MESSAGE_WEBHOOK_SECRET'>;

/** The secrets of senders, read when first needed and again every five minutes. */
export type SenderSecrets = { readonly smtpUrl: () => Promise<string>; readonly webhookSecret: () => Promise<Uint8Array> };

/** The shortest secret that Standard Webhooks 1.0 allows. */
const leastBytes = 24;

/**
 * The secrets, from the settings on a laptop, otherwise from Parameter Store, as SecureStrings below `KEYS_PATH`:
 * `smtp-url`, such as `smtps://user:password@mail.example.com`, and `webhook-secret`, base64 that may begin with
 * `whsec_`. Throws ParameterError, which quotes neither.
 */
export function ssmSenderSecrets(settings: Chosen, client: () => SSMClient = ssm): SenderSecrets {
  const { KEYS_PATH: path, SMTP_URL, MESSAGE_WEBHOOK_SECRET } = settings;
  const read = (given: string, name: string) => async () => {
    const stored = given || (await optionalParameter(client(), `${path}/${name}`));
    if (stored) return stored;
    throw new ParameterError(`${path}/${name} is not there: docs/messages.md says how to put it there`);
  };
  const url = read(SMTP_URL, 'smtp-url');
  const secret = read(MESSAGE_WEBHOOK_SECRET, 'webhook-secret');
  return {
    smtpUrl: reloading(
      async () => {
        const text = await url();
        if (!/^smtps?:\/\/[^\s/]+/.test(text) || !URL.canParse(text)) throw new ParameterError('smtp-url is no address such as smtps://…');
        return text;
      },
      keptSeconds,
      Date.now,
    ),
    webhookSecret: reloading(
      async () => {
        const bytes = Buffer.from((await secret()).trim().replace(/^whsec_/, ''), 'base64');
        if (bytes.length < leastBytes) throw new ParameterError(`webhook-secret has fewer than ${leastBytes} bytes in base64`);
        return bytes;
      },
      keptSeconds,
      Date.now,
    ),
  };
}
