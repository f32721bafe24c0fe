import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { messagesErrors } from '#lib/messages/check-messages.ts';
import { templateChannels } from '#lib/messages/message.ts';
import { fillings, type Messages } from '#lib/messages/messages.ts';
import { webhookSender } from '#lib/messages/sender.webhook.ts';
import { startStub } from '../lib/messages/aws-stub.ts';
import { madeLetter } from '../lib/messages/made-letter.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const page = await readFile(`${root}docs/messages.md`, 'utf8');
const folder = `${root}.build/messages-example`;
await mkdir(folder, { recursive: true });

async function example<T>(kind: 'js' | 'ts'): Promise<T> {
  const code = new RegExp(`\`\`\`${kind}\n([\\s\\S]*?)\`\`\``).exec(page)?.[1] ?? '';
  await writeFile(`${folder}/example-${kind}.${kind === 'js' ? 'mjs' : 'ts'}`, code);
  return (await import(`${folder}/example-${kind}.${kind === 'js' ? 'mjs' : 'ts'}`)) as T;
}

type Check = (headers: Record<string, unknown>, body: string, secret: string) => boolean;

test('the check in docs/messages.md takes what the webhook posts, and nothing else', async () => {
  const { isFromGatehouse } = await example<{ isFromGatehouse: Check }>('js');
  const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
  const { endpoint, asked, stop } = await startStub(() => ({ status: 200 }));
  const settings = { MESSAGE_WEBHOOK_URL: endpoint, MESSAGE_FROM_NAME: 'Gatehouse', MESSAGE_FROM_EMAIL: '' };
  const post = async (now: Date) =>
    await webhookSender(settings, { secret: async () => Buffer.alloc(32, 7), now: () => now }).send(madeLetter({ language: 'zh-CN' }));
  await post(new Date());
  await post(new Date(Date.now() - 400_000));
  await stop();
  const [good, old] = asked as [(typeof asked)[number], (typeof asked)[number]];
  expect(isFromGatehouse(good.headers, good.body, secret)).toBe(true);
  expect(isFromGatehouse(old.headers, old.body, secret)).toBe(false);
  expect(isFromGatehouse(good.headers, `${good.body} `, secret)).toBe(false);
  expect(isFromGatehouse({ ...good.headers, 'webhook-id': 'another' }, good.body, secret)).toBe(false);
  expect(isFromGatehouse({ ...good.headers, 'webhook-signature': '' }, good.body, secret)).toBe(false);
  expect(isFromGatehouse(good.headers, good.body, `whsec_${Buffer.alloc(32, 8).toString('base64')}`)).toBe(false);
});

test('the words in docs/messages.md are usable', async () => {
  const { messages } = await example<{ messages: Messages }>('ts');
  expect(Object.keys(messages)).toEqual(['code']);
  expect(messagesErrors(messages)).toEqual([]);
});

test('docs/messages.md names every message, how it travels, and what it has', () => {
  const rows = page.split('\n').filter((line) => line.startsWith('| `'));
  for (const [template, channels] of Object.entries(templateChannels)) {
    const row = rows.find((line) => line.split(' | ')[0]?.includes(`\`${template}\``)) ?? '';
    expect(row.includes('SMS'), template).toBe(channels.length > 1);
    const { always, sometimes } = fillings[template as keyof typeof fillings];
    for (const name of [...always, ...sometimes]) if (name !== 'service') expect(row, template).toContain(`\`{${name}}\``);
  }
});
