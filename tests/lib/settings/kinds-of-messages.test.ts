import { describe, expect, test } from 'vitest';
import { emailAddress, linkUrl, noticeList, serviceName, smsOrigin } from '#lib/settings/kinds-of-messages.ts';
import { madeSettings } from '../made-settings.ts';

describe('the name of a service in messages', () => {
  test.for(['Gatehouse', 'Ann & Co', '门房', "O'Neill+", 'A'])('may be %j', (name) => {
    expect(serviceName.read(name)).toBe(name);
  });
  test.for(['', ' Gatehouse', 'A\r\nBcc: eve@example.com', '"Ann" <ann@example.com>', 'evil.example', 'a@b', '{code}', 'x'.repeat(33)])(
    'is never %j',
    (name) => {
      expect(serviceName.read(name)).toBeUndefined();
    },
  );
});

describe('the URL of the page behind a link', () => {
  test.for(['', 'https://app.example.com/reset#{token}', 'https://app.example.com/?t={token}&x=1', 'http://localhost:3000/r/{token}'])(
    'may be %j',
    (url) => {
      expect(linkUrl.read(url)).toBe(url);
    },
  );
  test.for([
    'https://app.example.com/reset',
    'https://app.example.com/{token}/{token}',
    'https://{token}.example.com/',
    'http://app.example.com/{token}',
    'https://user:pass@app.example.com/{token}',
    'https://app.example.com/{token}"onclick=',
    'https://app.example.com/{token}\r\n',
    'javascript:alert({token})',
  ])('is never %j', (url) => {
    expect(linkUrl.read(url)).toBeUndefined();
  });
});

test('a sender is an e-mail address or an SMS origin, without a display name or a second address', () => {
  expect(['', 'ann@example.com'].map(emailAddress.read)).toEqual(['', 'ann@example.com']);
  expect(['Ann <ann@example.com>', 'a@example.com,b@example.com', 'a@example.com\n'].map(emailAddress.read)).toEqual(
    Array(3).fill(undefined),
  );
  expect(['', '+14155550100', 'ACME', 'pool-1', 'arn:aws:sms-voice:eu-central-1:1:pool/pool-1'].map(smsOrigin.read)).not.toContain(
    undefined,
  );
  expect(['two words', 'a\nb'].map(smsOrigin.read)).toEqual([undefined, undefined]);
});

test('a list of notices has known notices, each once, or is empty', () => {
  expect([noticeList.read(''), noticeList.read(' new-device, password-changed')]).toEqual([[], ['new-device', 'password-changed']]);
  expect(['email-changed', 'new-device,new-device', 'all', 'New-Device'].map(noticeList.read)).toEqual(Array(4).fill(undefined));
});

test('the stage local may have an outbox, a mail server and a secret of its own', () => {
  const given = {
    EMAIL_SENDER: 'outbox',
    SMS_SENDER: 'outbox',
    SMTP_URL: 'smtp://127.0.0.1:1025',
    MESSAGE_WEBHOOK_SECRET: 'secret',
    PASSWORD_RESET_URL: 'http://localhost:5173/reset#{token}',
  };
  expect(madeSettings(given)).toMatchObject(given);
});
