import type { Language } from '#lib/language.ts';
import type { Purpose, Template } from './message.ts';
import type { Words } from './messages.ts';

/** The purpose of a code, as the end of a sentence. */
export const purposeWords = {
  en: {
    register: 'to register',
    login: 'to sign in',
    verify: 'to verify your account',
    reset: 'to choose a new password',
    change: 'to change how you sign in',
    notice: 'to go on',
  },
  'zh-CN': { register: '注册', login: '登录', verify: '身份确认', reset: '重置密码', change: '更改登录方式', notice: '继续操作' },
} as const satisfies Record<Language, Record<Purpose, string>>;

/** The words of every message that a project has not replaced. An SMS is one part: 160 Latin or 70 Chinese letters. */
export const defaultWords: { readonly [T in Template]: { readonly [L in Language]: Words } } = {
  code: {
    en: {
      sms: '{code} is your {service} code {purpose}. It is good for {minutes} minutes. Share it with nobody.',
      email: {
        subject: 'Your {service} code',
        paragraphs: [
          'This is your code {purpose}:',
          '{code}',
          'It is good for {minutes} minutes, and once.',
          'Share it with nobody: no one at {service} will ask you for it. If you did not ask for it yourself, there is nothing to do.',
        ],
      },
    },
    'zh-CN': {
      sms: '【{service}】{code} 是您的{purpose}验证码，{minutes} 分钟内有效，请勿告诉他人。',
      email: {
        subject: '您的 {service} 验证码',
        paragraphs: [
          '您的{purpose}验证码：',
          '{code}',
          '{minutes} 分钟内有效，只能使用一次。',
          '请勿告诉他人：{service} 的工作人员不会向您索要验证码。如果不是您本人操作，请忽略本邮件。',
        ],
      },
    },
  },
  'reset-link': {
    en: {
      email: {
        subject: 'Choose a new {service} password',
        paragraphs: [
          'Somebody, probably you, asked for a new password. Choose one here within {minutes} minutes:',
          '{link}',
          'If that was not you, there is nothing to do: the password stays as it is.',
        ],
      },
    },
    'zh-CN': {
      email: {
        subject: '重置您的 {service} 密码',
        paragraphs: [
          '有人（可能是您本人）请求重置密码。请在 {minutes} 分钟内打开以下链接：',
          '{link}',
          '如果不是您本人操作，请忽略本邮件，密码不会改变。',
        ],
      },
    },
  },
  'account-exists': {
    en: {
      sms: 'Somebody, probably you, wanted a {service} account with this number. There is one already: sign in, or choose a new password.',
      email: {
        subject: 'You have a {service} account already',
        paragraphs: [
          'Somebody, probably you, wanted an account with this address. There is one already: sign in, or choose a new password if you do not know yours any more.',
          'If that was not you, there is nothing to do.',
        ],
      },
    },
    'zh-CN': {
      sms: '【{service}】有人（可能是您本人）想用此号码注册或绑定账户。该号码已有账户，请直接登录或重置密码。',
      email: {
        subject: '您已有 {service} 账户',
        paragraphs: [
          '有人（可能是您本人）想用此邮箱注册或绑定账户。该邮箱已有账户，请直接登录；如忘记密码，可以重置。',
          '如果不是您本人操作，请忽略本邮件。',
        ],
      },
    },
  },
  'password-changed': {
    en: {
      sms: 'Your {service} password was changed on {time}. If that was not you, choose a new one at once.',
      email: {
        subject: 'Your {service} password was changed',
        paragraphs: [
          'The password of your account was changed on {time}. Everybody else who was signed in with it is signed out.',
          'It was done from the address {address}.',
          'If that was you, there is nothing to do. If it was not, choose a new password at once.',
        ],
      },
    },
    'zh-CN': {
      sms: '【{service}】您的密码已于 {time} 更改。如非本人操作，请立即重置密码。',
      email: {
        subject: '您的 {service} 密码已更改',
        paragraphs: [
          '您的账户密码已于 {time} 更改，其他已登录的设备均已退出。',
          '操作来自地址 {address}。',
          '如果是您本人操作，请忽略本邮件；否则请立即重置密码。',
        ],
      },
    },
  },
  'email-changed': {
    en: {
      email: {
        subject: 'The e-mail address of your {service} account was changed',
        paragraphs: [
          'Your account got another e-mail address on {time}. This one no longer opens it.',
          'It was done from the address {address}.',
          'If that was you, there is nothing to do.',
          'If it was not, take it back here, until {end}:',
          '{link}',
        ],
      },
    },
    'zh-CN': {
      email: {
        subject: '您的 {service} 账户邮箱已更改',
        paragraphs: [
          '您的账户邮箱已于 {time} 更改，此邮箱不能再用于登录。',
          '操作来自地址 {address}。',
          '如果是您本人操作，请忽略本邮件。',
          '如果不是，请在 {end} 之前打开以下链接撤销更改：',
          '{link}',
        ],
      },
    },
  },
  'mobile-changed': {
    en: {
      sms: 'Your {service} account got another mobile number on {time}. If that was not you, choose a new password at once.',
      email: {
        subject: 'The mobile number of your {service} account was changed',
        paragraphs: [
          'Your account got another mobile number on {time}. The old one no longer opens it.',
          'It was done from the address {address}.',
          'If that was you, there is nothing to do.',
          'If it was not, take it back here, until {end}:',
          '{link}',
        ],
      },
    },
    'zh-CN': {
      sms: '【{service}】您的账户手机号已于 {time} 更改。如非本人操作，请立即重置密码。',
      email: {
        subject: '您的 {service} 账户手机号已更改',
        paragraphs: [
          '您的账户手机号已于 {time} 更改，原号码不能再用于登录。',
          '操作来自地址 {address}。',
          '如果是您本人操作，请忽略本邮件。',
          '如果不是，请在 {end} 之前打开以下链接撤销更改：',
          '{link}',
        ],
      },
    },
  },
  'address-lost': {
    en: {
      sms: 'Another address of your {service} account was not proved, and somebody else proved it on {time}. Your account lost it.',
      email: {
        subject: 'Your {service} account lost an address',
        paragraphs: [
          'Your account named an e-mail address or mobile number that was never proved. Somebody else proved on {time} that it is theirs, so it is no longer on your account.',
          'Everything else on your account stays. If the address is yours, prove it in your account.',
        ],
      },
    },
    'zh-CN': {
      sms: '【{service}】您的账户中一个未验证的地址已于 {time} 被他人验证，现已移除。',
      email: {
        subject: '您的 {service} 账户已移除一个地址',
        paragraphs: [
          '您的账户中有一个从未验证的邮箱或手机号。{time} 他人验证了该地址，因此已从您的账户中移除。',
          '账户中的其他内容不变。如果该地址属于您，请在账户中完成验证。',
        ],
      },
    },
  },
  'sessions-ended': {
    en: {
      email: {
        subject: 'You were signed out of your {service} account',
        paragraphs: [
          'The team that runs {service} signed your account out on {time}, on one or more devices.',
          'Your account and your password are as before: sign in again to go on.',
          'If you see a change in your account that you did not make, choose a new password and tell the team.',
        ],
      },
    },
    'zh-CN': {
      email: {
        subject: '您已从 {service} 账户登出',
        paragraphs: [
          '{service} 的管理团队已于 {time} 在一台或多台设备上登出您的账户。',
          '您的账户和密码没有变化，请重新登录以继续使用。',
          '如果发现账户中有并非您本人所做的更改，请设置新密码并联系管理团队。',
        ],
      },
    },
  },
  'session-stolen': {
    en: {
      email: {
        subject: 'Somebody else may have used your {service} account',
        paragraphs: [
          'Two devices used one sign-in of your {service} account, and that sign-in was ended on {time} for both.',
          'A copy of it may have been stolen from one of your devices. Whoever had it could use your account until then.',
          'Sign in again, choose a new password, and look for changes in your account that you did not make.',
        ],
      },
    },
    'zh-CN': {
      email: {
        subject: '可能有他人使用过您的 {service} 账户',
        paragraphs: [
          '您的 {service} 账户的同一次登录被两台设备使用，该登录已于 {time} 在两台设备上终止。',
          '登录凭证可能从您的某台设备上被窃取，在此之前持有者可以使用您的账户。',
          '请重新登录，设置新密码，并检查账户中是否有并非您本人所做的更改。',
        ],
      },
    },
  },
  'new-device': {
    en: {
      sms: 'A new device signed in to your {service} account on {time}. If that was not you, change your password.',
      email: {
        subject: 'A new device signed in to your {service} account',
        paragraphs: [
          'Somebody signed in to your account on {time}, from a device that had not done so before.',
          'It came from the address {address}.',
          'If that was you, there is nothing to do. If it was not, change your password: that signs out everybody else.',
        ],
      },
    },
    'zh-CN': {
      sms: '【{service}】新设备于 {time} 登录了您的账户。如非本人操作，请更改密码。',
      email: {
        subject: '新设备登录了您的 {service} 账户',
        paragraphs: [
          '一台此前未登录过的设备于 {time} 登录了您的账户。',
          '登录来自地址 {address}。',
          '如果是您本人操作，请忽略本邮件；否则请更改密码，其他设备将随之退出。',
        ],
      },
    },
  },
  'suspicious-sign-in': {
    en: {
      sms: 'A sign-in to your {service} account on {time} looks unusual. If that was not you, change your password.',
      email: {
        subject: 'An unusual sign-in to your {service} account',
        paragraphs: [
          'A sign-in to your account on {time} looks unusual.',
          'It came from the address {address}.',
          'If that was you, there is nothing to do. If it was not, change your password: that signs out everybody else.',
        ],
      },
    },
    'zh-CN': {
      sms: '【{service}】您的账户于 {time} 出现异常登录。如非本人操作，请更改密码。',
      email: {
        subject: '您的 {service} 账户出现异常登录',
        paragraphs: [
          '您的账户于 {time} 出现异常登录。',
          '登录来自地址 {address}。',
          '如果是您本人操作，请忽略本邮件；否则请更改密码，其他设备将随之退出。',
        ],
      },
    },
  },
};
