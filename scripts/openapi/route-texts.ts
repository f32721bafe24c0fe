/**
 * What each endpoint does, who may call it and what is special about it, by the name of its route. It stands here and not
 * in the contract, because the functions would carry it.
 */
export const routeTexts: Readonly<Record<string, string>> = {
  apiTokenObtain:
    'Signs in with the password and creates a long-lived token for a program. The answer is the one of Django ' +
    'REST Framework’s `obtain_auth_token` with more fields. Only a stage with `Token` in AUTH_HEADER_TYPES ' +
    'has this endpoint.',
  apiTokensList:
    "Lists the caller's valid API tokens, newest first. " + 'Only a stage with `Token` in AUTH_HEADER_TYPES has this endpoint.',
  apiTokenRevoke:
    "Revokes one of the caller's API tokens at once; a caller may revoke the token that authorizes the " +
    'request. A second call answers `not_found`. Only a stage with `Token` in AUTH_HEADER_TYPES has this ' +
    'endpoint.',
  register:
    'Creates an account. Without a `username`, `name` becomes the username too; if it cannot be one, a username is ' +
    'made from it. A stage can require a human check or a code that proves the address.',
  userAudit:
    'Lists what happened to a user, newest first: sign-ins, changes, who made them and from where. Users see their own list, and ' +
    'not the device and address of another person who acted on them. If the caller is another user, the list gets an `audit_read`.',
  auditList:
    'Lists the whole audit trail, newest first, for superusers. `user` and `actor` are ids; without both, and without `since`, the ' +
    'list goes back 30 days. A page can be short or empty and have a `next`. The trail gets an `audit_read`.',
  login: 'Signs in with any identifier of the user and the password.',
  logout:
    "Ends the caller's own session (`local`), all their other sessions (`others`) or all of them (`global`). " +
    'Their tokens are dead when the answer is sent. A `refresh` token names one more session ' +
    "of the caller to end; another user's token is refused. If the caller's own cookie session ends, the answer " +
    'deletes its cookies.',
  userInfo:
    'Returns the caller with their roles and abilities. `ability` lists what a user interface may offer; it ' +
    'grants nothing. The request body is ignored.',
  avatarUpload:
    "Replaces the caller's picture with a JPEG, PNG, WebP or GIF of at most 4096 by 4096 pixels. The service " +
    'stores a WebP copy: upright, first frame only, at most 512 pixels on its longer side, without metadata.',
  avatarDelete: "Deletes the caller's picture. The call also succeeds if there is none.",
  captchaShow:
    'Returns a picture of characters for a UUID of the client’s choice. To pass a human check, send that UUID ' +
    'as `captcha_id` and the characters as `captcha_text`. A picture accepts one try, and case does not ' +
    'matter. A second request with the same UUID returns another picture and voids the first one. People who ' +
    'cannot see the picture can use `/challenge/`.',
  challengeOffer: 'Returns a challenge for the ALTCHA widget, a human check without a picture. Send the solution as `altcha`, once.',
  codeSend:
    'Sends a code to register, to sign in or to choose another password. The answer does not reveal whether ' +
    'an account exists. For `register`, an unused address gets a code and a used one gets a notice; otherwise ' +
    'only the address of a user gets a code.',
  codeLogin:
    'Signs in with any identifier of the user and a code that was sent to one of their addresses. The sign-in ' +
    'also verifies that address. Wrong, expired and spent codes, unknown users and inactive users get the ' +
    'same answer, the one of `/login/`.',
  addressVerify: "Without `code`, sends one to the caller's address of that channel. With `code`, verifies the address.",
  emailChange:
    'Without `code`, sends one to the new address. The same request with `code` makes the change. The old ' +
    'address stays valid until then; it gets a notice with a link that undoes the change. Only a caller with ' +
    'a correct code learns that the address belongs to another account.',
  mobileChange: 'Changes or adds the mobile number in two requests, as `/users/{id}/email/` does.',
  changeUndo:
    'Restores the earlier e-mail address or mobile number, with the token sent to the old address. All ' +
    'sessions of the user end and the password becomes void, because the person who changed the address knew ' +
    'it.',
  mediaImage:
    'Returns the picture with this name. The content of a name never changes, so a cache may keep it for ' +
    'ever, and the name is its entity tag. A matching `If-None-Match` (weak, strong, in a list or `*`) is ' +
    'answered 304. HEAD answers as GET does, without the bytes.',
  health: 'Answers without asking any service behind it.',
  openapi: 'Returns the OpenAPI 3.1 document of this service.',
  passwordChange:
    "Changes the caller's password, ends every other session and revokes all earlier tokens, API tokens " +
    "included. The answer holds new tokens for the caller's own session. A wrong `old_password` is a 400 on " +
    'that field and counts as a failed login. If the answer is lost, the old token is dead (401): sign in ' +
    'with the new password.',
  passwordForgot:
    'Sends a link or a code to choose another password. An e-mail address gets a link if the stage has ' +
    'PASSWORD_RESET_URL, otherwise a code. The answer does not reveal whether an account exists.',
  passwordReset:
    'Sets another password, with the token of a link, or with an address and the code sent to it. This ends ' +
    'all sessions, revokes all API tokens and verifies the address. Every fault of link or code gets one ' +
    'answer. A password that breaks the rules does not spend the link or code. If the answer is lost, a ' +
    'second call says that the link is not valid: sign in with the new password.',
  sessionsList:
    'Lists the hundred newest live sessions of the caller, or of a user whom the caller may change, newest ' +
    'first. There is no second page. If the caller is another user, the trail gets an `audit_read`.',
  sessionEnd:
    "Ends one of the caller's sessions at once, its access tokens included; it may be the session of the " +
    'request. A second call answers `not_found`. Callers who look after users may end sessions of others, ' +
    'with a sign-in of the last `FRESH_LOGIN_LIFETIME`; the user gets an e-mail.',
  sessionsEnd:
    "Ends all of the caller's sessions at once, the session of the request included. API tokens go on, unless " +
    '`api_tokens` is `true`: then every token, and every code and link that was sent, is dead. Undo links ' +
    'stay. Callers who look after users may end the sessions of others, with a sign-in of the last ' +
    '`FRESH_LOGIN_LIFETIME`; the user gets an e-mail.',
  tokenObtain: 'Signs in and returns an access and a refresh token, as simplejwt does.',
  tokenRefresh:
    'Returns a new access token for a refresh token and, if tokens rotate, a new refresh token. A refresh ' +
    'token in the body takes precedence over one in a cookie, and its answer comes in the body.',
  tokenVerify: 'Checks whether a token of any kind is valid at this moment.',
  tokenObtainSliding: 'Signs in and returns one sliding token.',
  tokenRefreshSliding:
    'Exchanges a sliding token for one that expires later. As in simplejwt, the token must not have expired ' +
    '(`exp`), and its `refresh_exp` must not have passed.',
  tokenBlacklist:
    'Ends the session of a refresh token (`refresh`) or of a sliding token (`token`). The access tokens of ' +
    'the session are dead too. A refresh token that was already exchanged counts as blacklisted. A sliding ' +
    'token sent as `refresh` has the wrong type, as in simplejwt. If both fields are sent, `refresh` counts.',
  usersList:
    'Lists users, newest first, or in the order of the searched field. Only callers with the ability to read ' +
    'users may. A request takes one filter at most. `identifier` finds the user with that username, e-mail ' +
    'address or mobile number. `cursor` is the `next` of the previous page of the same query. A page can have ' +
    'fewer than `limit` users before the last page.',
  usersCreate:
    'Creates an account for another person. Only callers with the ability to create users may. Without a `username`, ' +
    'one comes from `name`, as at a registration. There is no password confirmation and no rate limit. Without a `password`, ' +
    'none matches, and the e-mail address gets a link or a code to choose one. `roles` need a sign-in of the last ' +
    '`FRESH_LOGIN_LIFETIME`.',
  userGet: 'Returns the caller, or any user if the caller has the ability to read users.',
  userReplace:
    'Replaces the profile of the caller, or of any user if the caller has the ability to update users. A ' +
    'field that may be empty and is left out is emptied, attributes too; `roles` stay. A field that the ' +
    'caller may not write is accepted with its current value. If the version is not the one of `If-Match`, ' +
    'the answer is `precondition_failed`. To change their own `username`, `email` or `mobile`, callers need a ' +
    'recent sign-in (`fresh_login_required`).',
  userUpdate:
    'Changes only the fields in the body, so concurrent requests for different fields both take effect unless ' +
    '`If-Match` is sent. `null` empties `mobile` and attributes. To change their own `username`, `email` or ' +
    '`mobile`, callers need a recent sign-in (`fresh_login_required`); the old address gets a notice. Callers ' +
    'with the ability to update users may change any user.',
  userDelete:
    'Deletes the caller after a recent sign-in, or any user if the caller has the ability to delete users. ' +
    'This cannot be undone. All tokens are dead when the answer is sent, and other accounts can take the ' +
    'identifiers. A second call answers 401 to the deleted user and 404 to other callers.',
  userSuspend:
    'Keeps a user from signing in until a given time, or until they are reinstated. Only callers with the ' +
    'ability to suspend users may, with a recent sign-in, and not for themselves. All sessions, access tokens and API tokens are ' +
    'dead when the answer is sent. A second call changes `reason` and `until`.',
  userReinstate:
    'Ends a suspension. Only callers with the ability to suspend users may, with a recent sign-in. Earlier tokens stay dead; the user signs in again.',
  userExport:
    'Returns the stored data of the caller, or of any user if the caller has the ability to read users: the ' +
    'user, identifiers, sessions and API tokens. The document has no password hash and no token. If the caller is another user, ' +
    'the trail gets an `audit_read`.',
  jwks:
    'Returns the key set (RFC 7517) that verifies tokens: the current key, the next one, and earlier keys ' +
    'whose tokens are still valid.',
  openidConfiguration: 'Returns the metadata that a program needs to verify the tokens (OpenID Connect Discovery 1.0, RFC 8414).',
};
