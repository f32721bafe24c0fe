import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { webhookSender } from '#lib/messages/sender.webhook.ts';
import { type Answered, nobodysEndpoint, startStub } from './aws-stub.ts';
import { madeLetter } from './made-letter.ts';
import { noon } from './made-message.ts';
import { promisesOfSender } from './sender.contract.ts';

const secret = Buffer.alloc(32, 7);
const senderAt = (endpoint: string, given: object = {}, patienceMilliseconds = 5000) =>
  webhookSender(
    { MESSAGE_WEBHOOK_URL: `${endpoint}/letters`, MESSAGE_FROM_NAME: 'Gatehouse', MESSAGE_FROM_EMAIL: 'accounts@example.com', ...given },
    { secret: async () => secret, now: () => noon, patienceMilliseconds },
  );

for (const channel of ['email', 'sms'] as const) {
  promisesOfSender(`webhook, for ${channel}`, channel, async (behaviour) => {
    const answers = { takes: { status: 204 }, busy: { status: 429 }, refuses: { status: 422 } };
    const { endpoint, asked, stop } = await startStub(() => answers[behaviour as keyof typeof answers]);
    const arrived = () =>
      asked.map(({ body }) => {
        const { to, text } = JSON.parse(body);
        return { to, text };
      });
    return {
      sender: senderAt(behaviour === 'gone' ? await nobodysEndpoint() : endpoint, {}, behaviour === 'silent' ? 300 : undefined),
      arrived,
      stop,
    };
  });
}

describe('a webhook', () => {
  test('receives the letter, its id, the time, and a signature of all three', async () => {
    const { endpoint, asked, stop } = await startStub(() => ({ status: 200 }));
    const letter = madeLetter();
    await senderAt(endpoint).send(letter);
    await stop();
    const [{ method, path, headers, body }] = asked as [(typeof asked)[number]];
    expect([method, path, headers['content-type']]).toEqual(['POST', '/letters', 'application/json']);
    expect(JSON.parse(body)).toEqual({
      type: 'message.send',
      ...{ id: letter.id, channel: 'email', to: 'ann@example.com', template: 'code', purpose: 'login', language: 'en' },
      ...{ subject: 'Your Gatehouse code', text: letter.text, html: expect.stringContaining('<!doctype html>') },
      from: { name: 'Gatehouse', email: 'accounts@example.com' },
      expires_at: '2036-05-01T12:10:00.000Z',
    });
    const [id, timestamp] = [headers['webhook-id'], headers['webhook-timestamp']];
    expect([id, Number(timestamp)]).toEqual([letter.id, noon.getTime() / 1000]);
    const expected = createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64');
    expect(headers['webhook-signature']).toBe(`v1,${expected}`);
  });

  test('of a stage without a sender address gets none; an SMS has neither subject nor HTML', async () => {
    const { endpoint, asked, stop } = await startStub(() => ({ status: 200 }));
    await senderAt(endpoint, { MESSAGE_FROM_EMAIL: '' }).send(madeLetter({ channel: 'sms', to: '+8613800138000' }));
    await stop();
    const posted = JSON.parse(asked[0]?.body ?? '');
    expect([posted.from, 'subject' in posted, 'html' in posted]).toEqual([{ name: 'Gatehouse' }, false, false]);
  });

  test.for<[number, string]>([
    [200, 'sent'],
    [202, 'sent'],
    [400, 'refused webhook 400'],
    [401, 'refused webhook 401'],
    [410, 'refused webhook 410'],
    [408, 'TryAgain'],
    [409, 'TryAgain'],
    [425, 'TryAgain'],
    [429, 'TryAgain'],
    [500, 'TryAgain'],
    [503, 'TryAgain'],
  ])('that answers %i: %s', async ([status, expected]) => {
    const { endpoint, asked, stop } = await startStub(() => ({ status }));
    const outcome = await senderAt(endpoint)
      .send(madeLetter())
      .then((sending) => (sending === 'sent' ? sending : `refused ${'refused' in sending && sending.refused}`))
      .catch((error: Error) => error.name);
    await stop();
    expect([outcome, asked.length]).toEqual([expected, 1]);
  });

  test('cannot redirect: a letter with a code in it follows no redirect', async () => {
    const other = await startStub(() => ({ status: 200 }));
    const answer: Answered = { status: 307, headers: { location: `${other.endpoint}/elsewhere` } };
    const { endpoint, stop } = await startStub(() => answer);
    expect(await senderAt(endpoint).send(madeLetter())).toEqual({ refused: 'webhook 307' });
    expect(other.asked).toEqual([]);
    await Promise.all([stop(), other.stop()]);
  });
});
