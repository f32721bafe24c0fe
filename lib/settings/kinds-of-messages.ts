import { emailKey } from '#lib/names/email.ts';
import type { Kind } from './kinds.ts';

/** What a service calls itself in a message: nothing that ends a header or a line, or could be taken for an address or a link. */
export const serviceName: Kind<string> = {
  read: (value) => (/^[\p{L}\p{N}](?:[\p{L}\p{N} &'!+-]{0,30}[\p{L}\p{N}!+])?$/u.test(value) ? value : undefined),
  expected: "a name of at most 32 letters, digits, spaces and & ' ! + -",
};

/** Empty, or one e-mail address without a display name. */
export const emailAddress: Kind<string> = {
  read: (value) => (value === '' || emailKey(value) === value.toLowerCase() ? value : undefined),
  expected: 'an e-mail address such as accounts@example.com, without a name',
};

/** Empty, or the origin of an SMS at AWS: a number, a sender id, or the id or ARN of a number, a sender id or a pool. */
export const smsOrigin: Kind<string> = {
  read: (value) => (value === '' || /^[A-Za-z0-9_:/+-]{1,256}$/.test(value) ? value : undefined),
  expected: 'a number, a sender id, or the id or ARN of one of them or of a pool',
};

const notices = ['password-changed', 'new-device', 'suspicious-sign-in', 'session-stolen'] as const;
/** The notices that users can get about their account. */
export type Notice = (typeof notices)[number];

/** Notices, separated by commas, each once; may be empty. */
export const noticeList: Kind<readonly Notice[]> = {
  read: (value) => {
    const names = value
      .split(',')
      .map((written) => written.trim())
      .filter(Boolean);
    const known = names.flatMap((name) => notices.filter((notice) => notice === name));
    return known.length === names.length && new Set(known).size === known.length ? known : undefined;
  },
  expected: `empty, or one or more of ${notices.join(', ')}, each once, separated by commas`,
};

/** Empty, or the URL of a page of the web client that contains `{token}`; http only on this machine. */
export const linkUrl: Kind<string> = {
  read: (value) => {
    const isOnce = value.split('{token}').length === 2;
    const filled = value.replace('{token}', 'x');
    const isPage = /^(https:\/\/|http:\/\/(127\.0\.0\.1|localhost|\[::1\])[:/])[^\s@<>"'{}]+$/.test(filled) && URL.canParse(filled);
    return value === '' || (isOnce && isPage && !/^[a-z]+:\/\/[^/?#]*\{token\}/.test(value)) ? value : undefined;
  },
  expected: 'the address of a page with {token} in it, such as https://app.example.com/reset#{token}',
};
