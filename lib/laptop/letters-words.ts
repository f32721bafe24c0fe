import type { Language } from '#lib/language.ts';

/** The sentences of the outbox page. */
export const lettersWords = {
  en: {
    title: 'Outbox of this machine',
    lead: 'The messages that would have been sent, newest first. They are kept for a day and never sent.',
    programs: 'For programs: the same address with',
    home: 'Overview',
    nothing: 'Nothing yet',
    appears: 'New messages appear here automatically. For a first one, create a user and send them a code:',
    asHtml: 'As HTML',
    mailTitle: 'The mail as HTML',
    gap: (time: string) =>
      `Until ${time} UTC no other code is sent to this address (CODE_RESEND_AFTER). Another request by username still gets a 202, but nothing is sent.`,
  },
  'zh-CN': {
    title: '本机发件箱',
    lead: '本应发出的消息，最新的在前。保留一天，不会真的发出。',
    programs: '程序可从同一地址读取，请求头为',
    home: '服务首页',
    nothing: '还没有消息',
    appears: '本应发出的消息会自动出现在这里。先创建一个用户，再给他发送验证码，就能看到第一条：',
    asHtml: '查看 HTML',
    mailTitle: 'HTML 邮件',
    gap: (time: string) =>
      `${time} UTC 之前不会再向这个地址发送验证码（CODE_RESEND_AFTER）。此时用用户名再次请求，应答仍是 202，但不会发送任何消息。`,
  },
} as const satisfies Record<Language, unknown>;
