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
    gap: (time: string) => `Until ${time} UTC, another request with the same address or username is refused with 429 (CODE_RESEND_AFTER).`,
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
    gap: (time: string) => `${time} UTC 之前，用同一地址或同一用户名再次请求会得到 429（CODE_RESEND_AFTER）。`,
  },
} as const satisfies Record<Language, unknown>;
