/** The chapters of docs/api.md, in order: each is a task of a client, and names its routes as their contracts do. */
export const groups: readonly { readonly title: string; readonly note?: string; readonly routes: readonly string[] }[] = [
  { title: 'Create an account', routes: ['register', 'codeSend'] },
  {
    title: 'Sign in',
    note: 'An identifier is a username, an e-mail address or a mobile number. It can be sent in any of the three fields.',
    routes: ['login', 'codeLogin', 'tokenObtain', 'tokenObtainSliding', 'apiTokenObtain'],
  },
  {
    title: 'Keep, check and end a session',
    routes: ['tokenRefresh', 'tokenRefreshSliding', 'tokenVerify', 'tokenBlacklist', 'logout', 'sessionsList', 'sessionEnd', 'sessionsEnd'],
  },
  { title: 'API tokens', routes: ['apiTokensList', 'apiTokenRevoke'] },
  { title: 'The caller’s account', routes: ['userInfo', 'userGet', 'userReplace', 'userUpdate', 'userDelete', 'userExport', 'userAudit'] },
  { title: 'Passwords', routes: ['passwordChange', 'passwordForgot', 'passwordReset'] },
  { title: 'E-mail address and mobile number', routes: ['addressVerify', 'emailChange', 'mobileChange', 'changeUndo'] },
  { title: 'Avatars', routes: ['avatarUpload', 'avatarDelete', 'mediaImage'] },
  { title: 'Administration', routes: ['usersList', 'usersCreate', 'userSuspend', 'userReinstate', 'auditList'] },
  { title: 'Human check', routes: ['captchaShow', 'challengeOffer'] },
  { title: 'Keys, description and health', routes: ['jwks', 'openidConfiguration', 'openapi', 'health'] },
];
