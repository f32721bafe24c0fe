import type { Language } from '#lib/language.ts';

const english = {
  lead: 'Accounts and sign-in, running on this machine.',
  stage: 'Stage',
  address: 'Address',
  tryIt: 'Try it',
  paste: 'Paste the commands into a terminal, one after the other.',
  steps: ['Register', 'Log in', 'Read your own record'],
  codes: 'Codes and forgotten passwords',
  readCode: 'Have a code sent, then read it in the outbox.',
  codeSteps: ['Log in with a code', 'Choose another password'],
  checks: {
    off: 'No captcha is required here: HUMAN_CHECK_CODES is off on this machine. To try it as deployed, start with:',
    'when-full': 'A captcha is required at the rate limits: HUMAN_CHECK_CODES is when-full. To turn it off, start with:',
    'when-pressed': 'A captcha is required near the rate limits: HUMAN_CHECK_CODES is when-pressed. To turn it off, start with:',
    always: 'A captcha is required: HUMAN_CHECK_CODES is always, and docs/human-check.md says how to pass it. To turn it off, start with:',
  },
  lookAround: 'Look around',
  outbox: ['Outbox', 'Every code, link and notice that would have been sent.'],
  openapi: ['API description', 'OpenAPI 3.1, for clients and tools.'],
  keys: ['Public keys', 'Tokens are verified with these keys.'],
  health: ['Health', 'Answers while the service runs.'],
  superuser: 'Make a superuser',
  mayDo: 'A superuser can list, suspend and delete users, and give roles. The command asks for name, e-mail address and password.',
  further: 'From the command line',
  tour: 'Plays the life of an account against this service, and shows every request and answer.',
  usersCommand: 'Manages users.',
  users: 'Newest users',
  nobody: 'There are no users yet. The first command on this page creates one, who then appears here.',
  more: 'These are the newest. All of them:',
  columns: { name: 'Name', email: 'E-mail', roles: 'Roles', joined: 'Created' },
  isSuperuser: 'superuser',
  isSuspended: 'suspended',
} as const;

type Words = { readonly [Name in keyof typeof english]: Widened<(typeof english)[Name]> };
type Widened<T> = T extends string ? string : { readonly [Name in keyof T]: string };

const chinese: Words = {
  lead: '账号与登录服务，正在这台电脑上运行。',
  stage: '环境',
  address: '地址',
  tryIt: '试一试',
  paste: '把下面的命令依次粘贴到终端里运行。',
  steps: ['注册', '登录', '查看自己的资料'],
  codes: '验证码与找回密码',
  readCode: '先请求发送验证码，再到发件箱里查看。',
  codeSteps: ['用验证码登录', '重设密码'],
  checks: {
    off: '本机不要求人机验证（HUMAN_CHECK_CODES 为 off）。想体验真实流程，请这样启动：',
    'when-full': '达到频率限制时会要求人机验证（HUMAN_CHECK_CODES 为 when-full）。不需要的话，请这样启动：',
    'when-pressed': '接近频率限制时会要求人机验证（HUMAN_CHECK_CODES 为 when-pressed）。不需要的话，请这样启动：',
    always: '当前要求人机验证（HUMAN_CHECK_CODES 为 always），做法见 docs/human-check.md。不需要的话，请这样启动：',
  },
  lookAround: '还可以看看',
  outbox: ['发件箱', '本应发出的验证码、链接和通知都在这里。'],
  openapi: ['接口描述', 'OpenAPI 3.1，供客户端和工具使用。'],
  keys: ['公钥', '用来验证令牌。'],
  health: ['健康检查', '只要服务在运行就会应答。'],
  superuser: '创建超级用户',
  mayDo: '超级用户可以查看、停用和删除用户，也可以授予角色。命令会询问用户名、邮箱和密码。',
  further: '命令行',
  tour: '对着这个服务完整演示一遍，并显示每个请求和应答。',
  usersCommand: '在命令行里管理用户。',
  users: '最新用户',
  nobody: '还没有用户。运行本页的第一条命令，新用户就会出现在这里。',
  more: '这里只列出最新的。查看全部：',
  columns: { name: '姓名', email: '邮箱', roles: '角色', joined: '创建时间' },
  isSuperuser: '超级用户',
  isSuspended: '已停用',
};

/** The sentences of the page at `/`. */
export const homeWords: Readonly<Record<Language, Words>> = { en: english, 'zh-CN': chinese };
