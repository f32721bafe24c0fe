import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { afterAll, describe, expect, it } from 'vitest';
import { refOfDigits } from '#lib/codes/message-secret.ts';
import { secretName } from '#lib/derived-key.ts';
import type { Message } from '#lib/messages/message.ts';
import { messageItem } from '#lib/messages/message-item.ts';
import { localCredentials } from '#local/emulators/emulator.ts';
import { startStub } from '../lib/messages/aws-stub.ts';
import { cheapHashes, ownGateway } from './shared-gateway.ts';

const worker = 'messagesSend';

/** The messages that the mail server and the SMS webhook received. The webhook answers with the status of `answer`. */
const mails: { readonly to: string; readonly mail: ParsedMail }[] = [];
const posts: { readonly id: string; readonly to: string; readonly text: string }[] = [];
let answer: (to: string) => number = () => 202;

const webhook = await startStub(({ body }) => {
  const letter = JSON.parse(body);
  posts.push(letter);
  return { status: answer(letter.to) };
});
const mailServer = new SMTPServer({
  authOptional: true,
  disabledCommands: ['AUTH', 'STARTTLS'],
  onData(stream, { envelope }, done) {
    simpleParser(stream).then((mail) => {
      mails.push({ to: envelope.rcptTo.map(({ address }) => address).join(), mail });
      done();
    }, done);
  },
});
await new Promise<void>((resolve) => mailServer.listen(0, '127.0.0.1', resolve));
afterAll(async () => {
  await webhook.stop();
  await new Promise<void>((resolve) => mailServer.close(() => resolve()));
});
const settings = {
  EMAIL_SENDER: 'smtp',
  SMS_SENDER: 'webhook',
  MESSAGE_FROM_EMAIL: 'accounts@example.com',
  MESSAGE_FROM_NAME: '门房',
  MESSAGE_WEBHOOK_URL: webhook.endpoint,
};
const { gateway, tables, keys } = await ownGateway({ settings, environment: cheapHashes });
const { port } = mailServer.server.address() as AddressInfo;
const ssm = new SSMClient({ endpoint: gateway.endpoints.ssm, region: gateway.template.place.region, credentials: localCredentials });
for (const [name, Value] of Object.entries({ 'smtp-url': `smtp://127.0.0.1:${port}`, 'webhook-secret': `whsec_${'A'.repeat(44)}` }))
  await ssm.send(new PutParameterCommand({ Name: `/gatehouse/dev/${name}`, Value, Type: 'SecureString' }));
ssm.destroy();

let count = 0;
/** Writes an SMS notice to a new number, with the given fields replaced, into the outbox. */
async function written(given: Partial<Message> = {}): Promise<Message> {
  count += 1;
  const at = given.at ?? new Date();
  const message: Message = {
    ...{ id: randomUUID(), channel: 'sms', to: `+86138001${String(count).padStart(5, '0')}`, template: 'password-changed' },
    ...{ purpose: 'notice', language: 'en', userId: 'user-1', at, expiresAt: new Date(at.getTime() + 600_000) },
    ...given,
  };
  await tables.put('outbox', messageItem(message));
  return message;
}
const postsOf = ({ id }: Message) => posts.filter((post) => post.id === id).length;
const rowOf = async ({ id }: Message) => await tables.get('outbox', { id });
const eventsOf = ({ id }: Message) =>
  gateway
    .logs(worker)
    .map(({ json }) => json)
    .filter((json) => json?.['message'] === id)
    .map((json) => json?.['event']);
const settled = async () => await gateway.streams.settled();

describe('a message in the outbox', () => {
  it('is sent by email, in English or Chinese, as text and as HTML', async () => {
    const [ann, li] = ['ann@example.com', 'li@example.com'];
    await written({ channel: 'email', to: ann, values: { address: '192.0.2.7' } });
    await written({ channel: 'email', to: li, language: 'zh-CN', template: 'new-device' });
    await settled();
    const mailTo = (address: string) => mails.find(({ to }) => to === address)?.mail;
    expect(mailTo(ann)?.subject).toBe('Your 门房 password was changed');
    expect(mailTo(ann)?.text).toContain('from the address 192.0.2.7');
    expect(mailTo(ann)?.from?.value).toEqual([{ name: '门房', address: 'accounts@example.com' }]);
    expect(mailTo(li)?.subject).toBe('新设备登录了您的 门房 账户');
    expect(String(mailTo(li)?.html)).toContain('<html lang="zh-CN">');
  });

  it('gets its code only when it is sent, from a reference that only this service can read', async () => {
    const to = '+8613900139000';
    const madeWith = secretName(await keys.lookupSecret());
    const ref = refOfDigits({ madeWith, ref: 'abcdef', purpose: 'login', target: { kind: 'mobile', value: to } });
    const code = { template: 'code', purpose: 'login', secret: { ref, endsAt: new Date(Date.now() + 600_000) } } as const;
    const message = await written({ to, ...code });
    await settled();
    const [text = ''] = posts.filter((post) => post.to === to).map((post) => post.text);
    expect(text).toMatch(/\b\d{6}\b/);
    const digits = /\b\d{6}\b/.exec(text)?.[0] ?? '';
    expect(JSON.stringify(await rowOf(message))).not.toContain(digits);
    expect(JSON.stringify(gateway.logs(worker))).not.toContain(digits);
  });

  it('is sent by SMS; afterwards neither its row nor the log has the recipient', async () => {
    const message = await written();
    await settled();
    expect(posts.filter(({ to }) => to === message.to).map(({ text }) => text)).toEqual([expect.stringContaining('was changed on')]);
    expect(await rowOf(message)).toMatchObject({ state: 'sent', template: 'password-changed' });
    expect(JSON.stringify(await rowOf(message))).not.toContain(message.to);
    expect(eventsOf(message)).toEqual(['message_sent']);
    const log = JSON.stringify(gateway.logs(worker));
    for (const secret of [message.to, 'ann@example.com', 'was changed on']) expect(log).not.toContain(secret);
  });

  it('is not sent after its expiry', async () => {
    const message = await written({ at: new Date(Date.now() - 601_000) });
    await settled();
    expect([postsOf(message), eventsOf(message)]).toEqual([0, ['message_expired']]);
  });

  it('is not tried again if it is refused, and delays no other message', async () => {
    const refused = await written();
    answer = (to) => (to === refused.to ? 422 : 202);
    const other = await written();
    await settled();
    expect([postsOf(refused), postsOf(other)]).toEqual([1, 1]);
    expect(eventsOf(refused)).toEqual(['message_refused']);
    expect(gateway.streams.deadLetters(worker)).toEqual([]);
  });

  it('is tried again while the receiver answers 503', async () => {
    const message = await written();
    let left = 3;
    answer = () => {
      left -= 1;
      return left >= 0 ? 503 : 202;
    };
    await settled();
    answer = () => 202;
    expect([postsOf(message), eventsOf(message)]).toEqual([4, ['message_sent']]);
  });

  it('with an invalid recipient goes to the dead letters after nine tries, and the messages beside it are sent', async () => {
    const before = gateway.streams.deadLetters(worker).length;
    const beside: Message[] = [];
    for (let index = 0; index < 12; index += 1) beside.push(await written());
    const poison = { ...messageItem(beside[0] as Message), id: randomUUID(), to: '+8613800138000\r\nBcc: eve@example.com' };
    await tables.put('outbox', poison);
    for (let index = 0; index < 12; index += 1) beside.push(await written());
    await settled();
    expect(beside.map(postsOf)).toEqual(beside.map(() => 1));
    expect(posts.filter(({ id }) => id === poison.id)).toEqual([]);
    expect(gateway.streams.deadLetters(worker).slice(before)).toHaveLength(1);
    expect(JSON.stringify(gateway.logs(worker))).not.toContain('eve@example.com');
  });
});

describe('a message that is delivered more than once', () => {
  it('is sent once: with a lost answer, a function that was not reached, or fifty deliveries at once', async () => {
    const messages = [await written(), await written(), await written({ channel: 'email', to: 'once@example.com' })];
    gateway.streams.fault(worker, 'lost-before');
    gateway.streams.fault(worker, 'lost-after');
    await settled();
    const Records = gateway.streams.handed(worker).at(-1)?.Records ?? [];
    await Promise.all(Array.from({ length: 50 }, () => gateway.invoke(worker, { Records: Records.toReversed() })));
    expect(messages.slice(0, 2).map(postsOf)).toEqual([1, 1]);
    expect(mails.filter(({ to }) => to === 'once@example.com')).toHaveLength(1);
  });

  it.each(['crash-before', 'drop-after'] as const)('is sent once if the write of its claim fails (%s)', async (kind) => {
    const message = await written();
    const fault = gateway.gate.fault(worker, ({ operation }) => operation === 'UpdateItem', kind);
    await settled();
    expect([fault.struck, postsOf(message), eventsOf(message)]).toEqual([1, 1, ['message_sent']]);
  });

  /** The function crashes right after it has claimed the message; then the claim expires. */
  async function leftHalfway(message: Message): Promise<void> {
    const fault = gateway.gate.fault(worker, ({ operation }) => operation === 'UpdateItem', 'crash-after');
    const settling = settled();
    await expect.poll(async () => (await rowOf(message))?.['state']).toBe('sending');
    await tables.set('outbox', { id: message.id }, 'claimed_until', 1);
    await settling;
    expect(fault.struck).toBe(1);
  }

  it('is sent again to a webhook after a crash, because a webhook can tell a repeat by its id', async () => {
    const message = await written();
    await leftHalfway(message);
    expect([postsOf(message), eventsOf(message)]).toEqual([1, ['message_sent']]);
  });

  it('is not sent again to a mail server after a crash, and the log calls it unsure', async () => {
    const message = await written({ channel: 'email', to: 'unsure@example.com' });
    await leftHalfway(message);
    expect(eventsOf(message)).toEqual(['message_unsure']);
    expect(await rowOf(message)).toMatchObject({ state: 'unsure' });
    expect(mails.filter(({ to }) => to === 'unsure@example.com')).toEqual([]);
  });
});

it('the sender’s role allows every call that the function makes and no other', () => {
  const ofWorker = ({ functionName }: { functionName: string }) => functionName === worker;
  expect(gateway.gate.denied().filter(ofWorker)).toEqual([]);
  expect(gateway.gate.unusedGrants().filter(ofWorker)).toEqual([]);
});
