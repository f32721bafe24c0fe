import type { ChosenName } from '#lib/settings/catalogue.ts';

/** The default of the setting in simplejwt, and the reason if it differs here. */
type Simplejwt = { readonly default: string; readonly why?: string };
export type SettingText = { readonly effect: string; readonly simplejwt?: Simplejwt };

/** What each setting that a stage may choose does, in the order of the page. A setting without a text here does not compile. */
export const settingTexts = {
  PUBLIC_URL: { effect: 'The URL that clients use. It is part of avatar URLs. Empty: the URL of the request.' },
  API_PREFIX: { effect: 'A prefix of all paths, such as /accounts.' },
  CORS_ORIGINS: { effect: 'Web origins that may send requests with credentials.' },

  ACCESS_TOKEN_LIFETIME: { effect: 'The lifetime of an access token.', simplejwt: { default: '5 minutes' } },
  REFRESH_TOKEN_LIFETIME: {
    effect: 'The lifetime of a refresh token. Each rotation starts it again.',
    simplejwt: {
      default: '1 day',
    },
  },
  REMEMBERED_TOKEN_LIFETIME: { effect: 'The lifetime of a refresh token after a sign-in with `remembered`.' },
  SESSION_LIFETIME: { effect: 'The maximum lifetime of a session, regardless of refreshes.' },
  ROTATE_REFRESH_TOKENS: {
    effect: 'Each refresh returns a new refresh token and spends the old one.',
    simplejwt: {
      default: 'False',
      why: 'without rotation a stolen refresh token goes unnoticed (RFC 9700 §4.14.2)',
    },
  },
  REFRESH_GRACE: {
    effect:
      'How long the client that spent a refresh token gets the same new tokens for it again (docs/tokens.md). Later the session forks. 0s: it forks at once.',
  },
  BLACKLIST_AFTER_ROTATION: {
    effect:
      'A refresh token of two generations ago is refused, counts as stolen and ends its session (docs/tokens.md). false: it returns the current tokens of its session until it expires, so a stolen token goes unnoticed.',
    simplejwt: { default: 'False', why: 'rotation gives no protection if the old token stays valid' },
  },
  SLIDING_TOKEN_LIFETIME: {
    effect: 'The lifetime of a sliding token. Each renewal starts it again, up to its `refresh_exp`.',
    simplejwt: {
      default: '5 minutes',
    },
  },
  SLIDING_TOKEN_REFRESH_LIFETIME: {
    effect:
      'How long after the sign-in a sliding token can be renewed: its `refresh_exp`. With `remembered`, REMEMBERED_TOKEN_LIFETIME counts instead.',
    simplejwt: { default: '1 day' },
  },
  AUTH_TOKEN_CLASSES: {
    effect: 'The tokens accepted as bearer tokens. Sliding tokens can be obtained and renewed in either case.',
    simplejwt: { default: "('rest_framework_simplejwt.tokens.AccessToken',)" },
  },
  FRESH_LOGIN_LIFETIME: {
    effect:
      'How long after a sign-in users may change their own username, e-mail address or mobile number with PATCH and PUT, or delete their account. A refresh does not count as a sign-in.',
  },
  UPDATE_LAST_LOGIN: { effect: 'Each sign-in writes `last_login`.', simplejwt: { default: 'False' } },
  ALGORITHM: {
    effect: 'The algorithm of new signing keys.',
    simplejwt: { default: 'HS256', why: 'a reader that verifies tokens should not be able to sign them' },
  },
  SIGNING_KEY: {
    effect:
      'On a laptop: the signing key, as PEM, as JWK or, for HS algorithms, as a text. A deployed stage gets its key from `npm run keys:create -- --stage … --from FILE`.',
    simplejwt: { default: 'SECRET_KEY', why: 'everyone who may see the configuration of a function could read the key' },
  },
  VERIFYING_KEY: {
    effect:
      'The public key of another issuer, whose access tokens are accepted too, for users of this service. PEM for tokens without `kid`; a JWK with the same `kid` for others.',
    simplejwt: { default: 'empty', why: 'the service knows its own public keys' },
  },
  JWK_URL: {
    effect: 'The URL of another issuer’s key set. Access tokens that name one of its keys are accepted too, for users of this service.',
    simplejwt: { default: 'None' },
  },
  DJANGO_ALGORITHM: {
    effect:
      'The algorithm of the earlier Django project. Its tokens are accepted until they expire, and its refresh tokens are exchanged. Empty: they are refused.',
  },
  DJANGO_SIGNING_KEY: {
    effect:
      'On a laptop: the SIGNING_KEY of that project, or the public key of a key pair. A deployed stage gets it from `npm run keys:django`.',
  },
  HONOUR_HS_TOKENS: {
    effect:
      'HS tokens of this stage are accepted whatever ALGORITHM is. Use it after a change from HS256 to another algorithm, until the last of them has expired.',
  },
  KEY_ROTATION: { effect: 'How long after the publication of a key the next one is made. 0s: keys are changed only by hand.' },
  KEY_PROPAGATION: { effect: 'How long a new key is published before it signs.' },
  KEY_CACHE: { effect: 'How long a running function, and a reader of jwks.json, may use the keys it has read.' },
  ISSUER: { effect: 'The `iss` claim of tokens, which is then required. Empty: no such claim.', simplejwt: { default: 'None' } },
  AUDIENCE: {
    effect:
      'The `aud` claim of tokens: one value, or several separated by commas. A token must have at least one of them. Empty: no such claim.',
    simplejwt: { default: 'None' },
  },
  TOKEN_TYPE_CLAIM: { effect: 'The claim with the type of a token.', simplejwt: { default: 'token_type' } },
  JTI_CLAIM: { effect: 'The claim with the id of a token.', simplejwt: { default: 'jti' } },
  USER_ID_CLAIM: { effect: 'The claim that identifies the user.', simplejwt: { default: 'user_id' } },
  USER_ID_FIELD: {
    effect:
      'The field of the user in USER_ID_CLAIM. With another field than the id, `sub` has the id, and a token becomes void if that field of the user changes. A change of this setting voids all tokens. With email, a user without a proved address gets no tokens.',
    simplejwt: { default: 'id' },
  },
  CHECK_REVOKE_TOKEN: {
    effect:
      'A token of an earlier epoch of its user is refused, so signing out everywhere is one write. false: epochs are ignored; `/logout/` with `global` and a change of password end the sessions one by one, and tokens survive every other event that raises the epoch.',
    simplejwt: { default: 'False', why: 'a token that is void for its owner should be void for a thief' },
  },
  REVOKE_TOKEN_CLAIM: {
    effect: 'The claim with the epoch of the user, a counter.',
    simplejwt: {
      default: 'hash_password',
      why: 'simplejwt writes an MD5 of the stored hash, which every holder of a token can read; a counter reveals nothing about the password',
    },
  },
  SLIDING_TOKEN_REFRESH_EXP_CLAIM: {
    effect: 'The claim of a sliding token with the end of its renewals.',
    simplejwt: {
      default: 'refresh_exp',
    },
  },
  CHECK_USER_IS_ACTIVE: {
    effect: 'Inactive users can neither sign in nor use or refresh a token. false: they can.',
    simplejwt: {
      default: 'True',
    },
  },
  TOKEN_MAX_BYTES: {
    effect:
      'The maximum length of a token, with the claims of hooks.ts. The start fails if a longer token is possible. API Gateway accepts 10240 bytes of request line and headers in all.',
  },
  LEEWAY: { effect: 'The tolerated difference between clocks when a token is verified.', simplejwt: { default: '0' } },
  AUTH_COOKIES: { effect: 'Whether clients can ask for cookies, and the SameSite of these cookies (docs/ways-in.md).' },
  REVOCATION_CHECK: {
    effect:
      'Whether each locked request checks that its token is not revoked (strict) or no request does (lazy). With lazy, signature and claims decide, also on roles (docs/tokens.md).',
  },
  AUTHORIZER_CACHE: {
    effect:
      'How long API Gateway reuses the authorizer’s answer for the same credentials header (AUTH_HEADER_NAME); at most 1h (docs/tokens.md).',
  },

  AUTH_HEADER_TYPES: {
    effect:
      'The accepted schemes of the credentials: `Token` for API tokens, `Basic` for username and password, any other word for access tokens. A 401 asks for the first one, and for each later one except `Basic`.',
    simplejwt: { default: '("Bearer",)', why: 'the case of a scheme does not matter (RFC 9110 §11.1)' },
  },
  AUTH_HEADER_NAME: {
    effect: 'The only header with credentials. Django’s spelling is accepted, such as HTTP_X_ACCESS_TOKEN.',
    simplejwt: { default: 'HTTP_AUTHORIZATION' },
  },
  API_TOKENS_PER_USER: { effect: 'The maximum number of API tokens of one user.' },
  API_TOKEN_LIFETIME: {
    effect: 'The default and the maximum lifetime of an API token. 0s: no end. Existing tokens keep theirs.',
  },

  DEFAULT_REGION: { effect: 'The country of mobile numbers without a country code (ISO 3166).' },
  RESERVED_USERNAMES: { effect: 'Usernames that cannot be registered, separated by commas.' },
  PASSWORD_MIN_LENGTH: { effect: 'The minimum number of characters of a password.' },
  BREACHED_PASSWORDS: {
    effect:
      'Whether a chosen password is looked up in Pwned Passwords: `range` sends five digits of its SHA-1 to `api.pwnedpasswords.com`, `file` looks in a filter that `npm run breached` makes ([passwords.md](passwords.md#passwords-from-data-breaches)).',
  },
  PASSWORD_HASHERS: {
    effect:
      'The accepted algorithms of password hashes, as in Django. The first one makes new hashes and replaces other hashes at sign-in. A hash with an algorithm that is not listed never matches.',
  },
  BCRYPT_ROUNDS: { effect: 'The cost of a bcrypt_sha256 hash, as a power of two. A deployed stage requires at least 10.' },
  PBKDF2_ITERATIONS: {
    effect: 'The iterations of a PBKDF2 hash. A deployed stage requires at least 600000, or 1300000 if pbkdf2_sha1 is first.',
  },
  ARGON2_MEMORY_COST: { effect: 'The memory of an Argon2id hash, in KiB. A deployed stage requires the minimum of OWASP.' },
  ARGON2_TIME_COST: { effect: 'The number of passes of an Argon2id hash.' },
  ARGON2_PARALLELISM: { effect: 'The lanes of an Argon2id hash.' },
  SCRYPT_WORK_FACTOR: { effect: 'The cost N of a scrypt hash, a power of two. A deployed stage requires the minimum of OWASP.' },
  SCRYPT_BLOCK_SIZE: { effect: 'The block size r of a scrypt hash.' },
  SCRYPT_PARALLELISM: { effect: 'The lanes p of a scrypt hash, which run one after the other.' },

  LOGIN_RATE_ACCOUNT: {
    effect:
      'Login attempts per identifier, and per known device of an account. A successful one resets the count of its device, and is given back to the identifier (docs/limits.md).',
  },
  LOGIN_RATE_ADDRESS: { effect: 'Login attempts per IP address; eight times as many per /48 of IPv6. Successful ones are given back.' },
  LOGIN_RATE_GLOBAL: { effect: 'Login attempts in total.' },
  KNOWN_DEVICE_LIFETIME: {
    effect:
      'How long a device stays known after a sign-in, so that strangers cannot use up its attempts and its codes. 0s: no device is known.',
  },
  REGISTER_RATE_ADDRESS: {
    effect: 'Registrations per IP address, and apart from them changes of names; eight times as many per /48 of IPv6.',
  },
  REGISTER_RATE_GLOBAL: { effect: 'Registrations in total.' },
  REQUEST_RATE_ADDRESS: {
    effect:
      'Requests per IP address to each of the routes that read or change data without a password, such as refreshes and lists of users ([limits.md](limits.md)); eight times as many per /48 of IPv6.',
  },
  REQUEST_RATE_USER: { effect: 'The same per user, at endpoints that need a signed-in user.' },
  AUDIT_RETENTION: { effect: 'How long an entry of the audit trail is kept; `0s`: for ever. A change holds for new entries.' },
  AUDIT_AFTER_DELETION: {
    effect:
      'Entries about a deleted user: `keep` leaves them with the bare id, `erase` leaves only that of the deletion ([audit.md](audit.md)).',
  },
  AVATAR_RATE_USER: { effect: 'Uploaded avatars per user.' },

  HUMAN_CHECK_REGISTER: { effect: 'Whether registration requires a human check (docs/human-check.md).' },
  HUMAN_CHECK_LOGIN: {
    effect:
      'Whether a sign-in requires one: `/login/`, `/token/`, `/token/sliding/` and `/api-token-auth/`. Unless it is `off`, `/login/code/` and `/password/reset/` ask at a limit.',
  },
  HUMAN_CHECK_CODES: { effect: 'Whether a request for a code requires one.' },
  HUMAN_CHECK_PRESSURE: {
    effect: 'For when-pressed: a check is required once this percentage of any limit of the route is used up.',
  },
  HUMAN_CHECK_CEILING: {
    effect: 'How many times the limits of a route are allowed with a human check before requests are refused. Without a check it is once.',
  },
  CAPTCHA_LIFETIME: { effect: 'How long a picture can be answered.' },
  CAPTCHA_RATE_ADDRESS: { effect: 'Captcha pictures per IP address.' },
  CAPTCHA_RATE_GLOBAL: { effect: 'Captcha pictures in total.' },
  CHALLENGE_LIFETIME: { effect: 'How long a challenge can be solved and sent.' },
  CHALLENGE_MAXNUMBER: {
    effect:
      'The difficulty of a challenge without pressure; a client needs half as many hashes on average. The two rates below raise it up to 16 times.',
  },
  CHALLENGE_RATE_ADDRESS: { effect: 'Challenges per IP address. Failed human checks count as well.' },
  CHALLENGE_RATE_GLOBAL: { effect: 'Challenges in total. Failed human checks count as well.' },

  EMAIL_SENDER: {
    effect:
      'The sender of e-mail. off: no e-mail is sent, and the log says so. outbox: e-mail is kept on this machine for `GET /dev/outbox/` (docs/messages.md).',
  },
  SMS_SENDER: { effect: 'The sender of SMS. aws is AWS End User Messaging.' },
  MESSAGE_FROM_NAME: { effect: 'The name of the service in messages and the sender name of e-mail.' },
  MESSAGE_FROM_EMAIL: { effect: 'The sender address of e-mail. It must be verified in SES, or allowed by the SMTP server.' },
  SMS_ORIGIN: { effect: 'The number, sender id or pool that an SMS comes from. Empty: AWS chooses one of your account.' },
  SMTP_URL: {
    effect:
      'The mail server of a laptop or a test, such as smtp://127.0.0.1:1025. A deployed stage has it in Parameter Store, as `smtp-url`.',
  },
  MESSAGE_WEBHOOK_URL: { effect: 'The URL that receives messages if a sender is webhook.' },
  MESSAGE_WEBHOOK_SECRET: {
    effect: 'The key that signs these requests on a laptop or in a test. A deployed stage has it in Parameter Store, as `webhook-secret`.',
  },
  NOTICES: {
    effect: 'The notices about an account that are sent by e-mail, unless EMAIL_SENDER is off (docs/messages.md). Empty: none.',
  },
  PASSWORD_RESET_URL: {
    effect: 'The page of the web client to choose a new password, with {token} in it. Empty: codes are sent instead of links.',
  },
  CHANGE_UNDO_URL: { effect: 'The page to undo a change of e-mail address or mobile number. Empty: the notice has no link.' },

  CODE_LIFETIME: { effect: 'The lifetime of a six-digit code. A newer code replaces it.' },
  CODE_TRIES: {
    effect: 'How many times one code can be entered, right or wrong, in its whole life. A new code has tries of its own.',
  },
  CODE_RESEND_AFTER: {
    effect: 'The minimum time between two requests for a code from one IP address with the same address, or the same username.',
  },
  CODE_RATE_TARGET: {
    effect:
      'Codes of one purpose sent to one target, half of them for known devices of its account, and requests from one IP address with one address or username. With CODE_TRIES it bounds how often codes are guessed, so a deployed stage has to have it.',
  },
  CODE_RATE_ADDRESS: { effect: 'Codes requested from one IP address; of IPv6 from one /64 network.' },
  CODE_RATE_PREFIX: {
    effect:
      'SMS that one network causes to numbers that differ only in their last four digits, and a fifth of what all networks together cause; numbers that users have proved are counted apart from others. Further requests are answered as before, and nothing is sent.',
  },
  CODE_EMAIL_BUDGET: {
    effect:
      'The maximum number of codes by e-mail in 24 hours: 40 % to addresses that users have proved, 30 % to register, 10 % to addresses that accounts only claim, 20 % to signed-in users. One network is sent at most 5 % of each, but at least 20 (docs/codes.md). Above it requests are answered as before, and nothing is sent. An alarm goes off at four fifths of a part.',
  },
  CODE_SMS_BUDGET: { effect: 'The same for codes by SMS.' },
  CODE_COUNTRIES: { effect: 'Countries (ISO 3166) whose mobile numbers get SMS. Empty: only DEFAULT_REGION.' },
  CODE_FIXED: { effect: 'The digits of every code, for tests on the stage local. A deployed stage does not start with it.' },
  REGISTER_VERIFIED: {
    effect:
      'Whether `/register/` requires a `code` of `/codes/`, sent to an address of this kind. Only a correct code then reveals whether an identifier is taken, and no route stores an unproved address of this kind (docs/ownership.md).',
  },
  RESET_LIFETIME: { effect: 'The lifetime of a password reset link.' },
  CHANGE_UNDO_LIFETIME: { effect: 'How long the owner of the old address can undo a change of address.' },
} as const satisfies Record<ChosenName, SettingText>;
