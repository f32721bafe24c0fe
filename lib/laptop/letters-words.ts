import type { Language } from '#lib/language.ts';

/** What the outbox page says. */
export const lettersWords = {
  en: {
    title: 'Outbox of this machine',
    lead: 'What would have been sent, the newest first. It is kept for a day, and goes nowhere.',
    programs: 'For programs: the same address with',
    home: 'Overview',
    nothing: 'Nothing yet',
    appears: 'What would be sent appears here by itself. For a first letter, make a user and have a code sent to them:',
    asHtml: 'As HTML',
    mailTitle: 'The mail as HTML',
    gap: (time: string) =>
      `Until ${time} UTC no other code goes to this address (CODE_RESEND_AFTER). Asking again by user name is answered with 202 all the same, and nothing is sent.`,
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
