import type { ChosenName } from '#lib/settings/catalogue.ts';

/** What a setting of the same name is in simplejwt by default, and why it is otherwise here. */
type Simplejwt = { readonly default: string; readonly why?: string };
export type SettingText = { readonly effect: string; readonly simplejwt?: Simplejwt };

/** What each setting that a stage may choose does, in the order of the page. A setting without a text here does not compile. */
export const settingTexts = {
  PUBLIC_URL: { effect: 'The address clients use; goes into avatar URLs. Empty: the one the request came to.' },
  API_PREFIX: { effect: 'A path before every other, such as /accounts.' },
  CORS_ORIGINS: { effect: 'Web origins that may call with credentials.' },

  ACCESS_TOKEN_LIFETIME: { effect: 'How long an access token is good for.', simplejwt: { default: '5 minutes' } },
  REFRESH_TOKEN_LIFETIME: {
    effect: 'How long a refresh token is good for; each rotation starts it anew.',
    simplejwt: {
      default: '1 day',
    },
  },
  REMEMBERED_TOKEN_LIFETIME: { effect: 'The same for whoever logged in with `remembered`.' },
  SESSION_LIFETIME: { effect: 'When a session ends however often it was refreshed.' },
  ROTATE_REFRESH_TOKENS: {
    effect: 'Each refresh answers with a new refresh token, and the old one is spent.',
    simplejwt: {
      default: 'False',
      why: 'without rotation nobody notices a stolen refresh token (RFC 9700 §4.14.2)',
    },
  },
  REFRESH_GRACE: { effect: 'How long a spent refresh token is still taken for a lost answer or a parallel tab; 0s: not at all.' },
  BLACKLIST_AFTER_ROTATION: {
    effect:
      'A spent refresh token is refused, and used after REFRESH_GRACE it ends its session as stolen. false: it is good for the current tokens of its session until it expires, so nobody notices a stolen one.',
    simplejwt: { default: 'False', why: 'a rotation that leaves the old token good protects nobody' },
  },
  SLIDING_TOKEN_LIFETIME: {
    effect: 'How long a sliding token is good for; each renewal starts it anew, up to its `refresh_exp`.',
    simplejwt: {
      default: '5 minutes',
    },
  },
  SLIDING_TOKEN_REFRESH_LIFETIME: {
    effect:
      'How long after the sign-in a sliding token can be renewed: its `refresh_exp`. With `remembered` it is REMEMBERED_TOKEN_LIFETIME.',
    simplejwt: { default: '1 day' },
  },
  AUTH_TOKEN_CLASSES: {
    effect: 'What is taken as a bearer token. Sliding tokens can be got and renewed either way.',
    simplejwt: { default: "('rest_framework_simplejwt.tokens.AccessToken',)" },
  },
  FRESH_LOGIN_LIFETIME: {
    effect:
      'How long after signing in somebody may change their own username, e-mail address or number with PATCH and PUT, or delete themselves; a refresh is no sign-in.',
  },
  UPDATE_LAST_LOGIN: { effect: 'Each login writes `last_login`.', simplejwt: { default: 'False' } },
  ALGORITHM: { effect: 'What new keys sign with.', simplejwt: { default: 'HS256', why: 'whoever verifies should not be able to sign' } },
  SIGNING_KEY: {
    effect:
      'On a laptop: the key that signs, as PEM, JWK or, for HS, a text. A deployed stage is given its key with `npm run keys:create -- --stage … --from FILE`.',
    simplejwt: { default: 'SECRET_KEY', why: 'a private key in a setting can be read by whoever may see the function’s configuration' },
  },
  VERIFYING_KEY: {
    effect:
      'Another issuer’s public key: access tokens of it are taken too, for users of ours. As PEM for tokens without `kid`; where they name one, as a JWK of that `kid`.',
    simplejwt: { default: 'empty', why: 'our own public keys are known already' },
  },
  JWK_URL: {
    effect: 'Where another issuer publishes its keys: access tokens that name one of them are taken too, for users of ours.',
    simplejwt: { default: 'None' },
  },
  DJANGO_ALGORITHM: {
    effect:
      'What the Django project before signed with: its tokens are honoured until they expire, and refresh tokens traded in. Empty: they are not.',
  },
  DJANGO_SIGNING_KEY: {
    effect: 'On a laptop: its SIGNING_KEY, or of a key pair the public half. A deployed stage is given it with `npm run keys:django`.',
  },
  HONOUR_HS_TOKENS: {
    effect:
      'HS tokens of this stage are taken whatever ALGORITHM is: after a change from HS256 to another, until the last of them is dead.',
  },
  KEY_ROTATION: { effect: 'How long a key is published until the next one is made; 0s: keys are changed by hand only.' },
  KEY_PROPAGATION: { effect: 'How long a new key is published before it signs.' },
  KEY_CACHE: { effect: 'How long a running function, and whoever reads jwks.json, goes on with the keys it has read.' },
  ISSUER: { effect: 'Goes into tokens as `iss` and is then required of them; empty: neither.', simplejwt: { default: 'None' } },
  AUDIENCE: {
    effect: 'Goes into tokens as `aud`, and they have to name it, or one of several, separated by commas; empty: neither.',
    simplejwt: { default: 'None' },
  },
  TOKEN_TYPE_CLAIM: { effect: 'The claim that says what a token is for.', simplejwt: { default: 'token_type' } },
  JTI_CLAIM: { effect: 'The claim with the id of the token.', simplejwt: { default: 'jti' } },
  USER_ID_CLAIM: { effect: 'The claim that says whose the token is.', simplejwt: { default: 'user_id' } },
  USER_ID_FIELD: {
    effect:
      'What USER_ID_CLAIM carries. With another field than the id, `sub` carries the id, and a token is void once its user is called otherwise. Changed, it voids all tokens.',
    simplejwt: { default: 'id' },
  },
  CHECK_REVOKE_TOKEN: {
    effect:
      'A token of an earlier epoch of its user is refused: logging out everywhere is one write. false: nobody looks at the epoch; `/logout/` with `global` and a changed password then end the sessions one by one, and tokens survive whatever else raises it.',
    simplejwt: { default: 'False', why: 'what is void for its owner should be void for whoever stole it' },
  },
  REVOKE_TOKEN_CLAIM: {
    effect: 'The claim with the epoch of the user, a count.',
    simplejwt: {
      default: 'hash_password',
      why: 'that is an MD5 of the stored hash, which everybody who sees a token can read; a count says nothing about the password',
    },
  },
  SLIDING_TOKEN_REFRESH_EXP_CLAIM: {
    effect: 'The claim of a sliding token that says until when it can be renewed.',
    simplejwt: {
      default: 'refresh_exp',
    },
  },
  CHECK_USER_IS_ACTIVE: {
    effect: 'Inactive users can neither log in nor use or refresh a token. false: they can.',
    simplejwt: {
      default: 'True',
    },
  },
  TOKEN_MAX_BYTES: {
    effect:
      'The longest token there can be, the claims of hooks.ts included: the start stops where a longer one is possible. API Gateway takes 10240 bytes of request line and headers in all.',
  },
  LEEWAY: { effect: 'How far clocks may differ when a token is judged.', simplejwt: { default: '0' } },
  AUTH_COOKIES: { effect: 'Cookies for clients that ask for them; their SameSite (docs/cookies.md).' },
  REVOCATION_CHECK: {
    effect:
      'With strict every locked request looks whether its token was taken back; with lazy none does: signature and claims decide, the roles too (docs/tokens.md).',
  },
  AUTHORIZER_CACHE: {
    effect:
      'How long API Gateway goes on with what the authorizer said of a header of credentials (AUTH_HEADER_NAME), without asking again; at most 1h (docs/tokens.md).',
  },

  AUTH_HEADER_TYPES: {
    effect:
      'What may stand before the credentials: `Token` for API tokens, `Basic` for user name and password, any other word for access tokens. The first is what a 401 asks for.',
    simplejwt: { default: '("Bearer",)', why: 'case does not matter, as RFC 9110 §11.1 has it' },
  },
  AUTH_HEADER_NAME: {
    effect: 'The header credentials come in, and no other; Django’s spelling, such as HTTP_X_ACCESS_TOKEN, is understood.',
    simplejwt: { default: 'HTTP_AUTHORIZATION' },
  },
  API_TOKENS_PER_USER: { effect: 'The most API tokens one user holds at a time.' },
  API_TOKEN_LIFETIME: {
    effect: 'The longest an API token can be made for, and how long where nothing is asked; 0s: for ever. Those there are keep their end.',
  },

  DEFAULT_REGION: { effect: 'The country whose national mobile numbers are understood, as in ISO 3166.' },
  RESERVED_USERNAMES: { effect: 'Usernames nobody can register, separated by commas.' },
  PASSWORD_MIN_LENGTH: { effect: 'The fewest characters of a password.' },
  PASSWORD_HASHERS: {
    effect:
      'How passwords may be kept, as in Django: the first makes new hashes and takes the place of another at login; what is not listed never matches.',
  },
  BCRYPT_ROUNDS: { effect: 'The cost of a bcrypt_sha256 hash, as a power of two; a deployed stage wants at least 10.' },
  PBKDF2_ITERATIONS: {
    effect: 'The cost of a PBKDF2 hash; a deployed stage wants at least 600000, and 1300000 where pbkdf2_sha1 is first.',
  },
  ARGON2_MEMORY_COST: { effect: 'The memory of an Argon2id hash, in KiB; a deployed stage wants what OWASP does.' },
  ARGON2_TIME_COST: { effect: 'How often an Argon2id hash passes over its memory.' },
  ARGON2_PARALLELISM: { effect: 'The lanes of an Argon2id hash.' },
  SCRYPT_WORK_FACTOR: { effect: 'The cost of a scrypt hash: its N, a power of two; a deployed stage wants what OWASP does.' },
  SCRYPT_BLOCK_SIZE: { effect: 'The block size of a scrypt hash: its r.' },
  SCRYPT_PARALLELISM: { effect: 'The lanes of a scrypt hash, one after the other: its p.' },

  LOGIN_RATE_ACCOUNT: { effect: 'Logins tried with one identifier; a successful one starts anew.' },
  LOGIN_RATE_ADDRESS: { effect: 'Logins tried from one address.' },
  LOGIN_RATE_GLOBAL: { effect: 'Logins tried in all.' },
  REGISTER_RATE_ADDRESS: { effect: 'Registrations tried from one address.' },
  REGISTER_RATE_GLOBAL: { effect: 'Registrations tried in all.' },
  AVATAR_RATE_USER: { effect: 'Pictures uploaded by one user.' },

  HUMAN_CHECK_REGISTER: { effect: 'Whether registering asks for a human check (docs/human-check.md).' },
  HUMAN_CHECK_LOGIN: { effect: 'Whether signing in asks for one: `/login/`, `/token/`, `/token/sliding/` and `/api-token-auth/`.' },
  HUMAN_CHECK_CODES: { effect: 'Whether asking for a code asks for one.' },
  HUMAN_CHECK_PRESSURE: {
    effect: 'With when-pressed: from how many per cent of a limit of the route on, of any of them, a check is asked for.',
  },
  CAPTCHA_LIFETIME: { effect: 'How long the answer to a picture counts.' },
  CAPTCHA_RATE_ADDRESS: { effect: 'Pictures to read asked for from one address.' },
  CAPTCHA_RATE_GLOBAL: { effect: 'Pictures to read asked for in all.' },
  CHALLENGE_LIFETIME: { effect: 'How long a challenge can be solved and sent.' },
  CHALLENGE_MAXNUMBER: {
    effect:
      'How hard a challenge is while there is no pressure: half as many hashes on average. It rises up to 16 times as high with the two rates below.',
  },
  CHALLENGE_RATE_ADDRESS: { effect: 'Challenges asked for from one address; failed human checks count as well.' },
  CHALLENGE_RATE_GLOBAL: { effect: 'Challenges asked for in all; failed human checks count as well.' },

  EMAIL_SENDER: {
    effect:
      'What e-mail is sent by; off: not at all, and the log says so. outbox keeps it on this machine, for `GET /dev/outbox/` (docs/messages.md).',
  },
  SMS_SENDER: { effect: 'The same of SMS; aws is AWS End User Messaging.' },
  MESSAGE_FROM_NAME: { effect: 'What the service is called in messages, and who e-mail comes from.' },
  MESSAGE_FROM_EMAIL: { effect: 'The address e-mail comes from; verified in SES, or what the SMTP server lets you use.' },
  SMS_ORIGIN: { effect: 'The number, sender id or pool that an SMS comes from; empty: what AWS chooses in your account.' },
  SMTP_URL: {
    effect:
      'The mail server of a laptop or a test, such as smtp://127.0.0.1:1025. A deployed stage has it in Parameter Store, as `smtp-url`.',
  },
  MESSAGE_WEBHOOK_URL: { effect: 'Where messages are posted to where a sender is webhook.' },
  MESSAGE_WEBHOOK_SECRET: {
    effect: 'What the posts of a laptop or a test are signed with. A deployed stage has it in Parameter Store, as `webhook-secret`.',
  },
  NOTICES: {
    effect:
      'What people are told by e-mail of what was done with their account, where EMAIL_SENDER is not off (docs/messages.md). Empty: nothing of these.',
  },
  PASSWORD_RESET_URL: {
    effect: 'The page of the web client where a new password is chosen; {token} is filled in. Empty: codes are sent, and no links.',
  },
  CHANGE_UNDO_URL: { effect: 'The page where a changed e-mail address or number is taken back. Empty: whoever is told gets no link.' },

  CODE_LIFETIME: { effect: 'How long the six digits that are sent to somebody are good for; a newer code replaces them.' },
  CODE_TRIES: {
    effect: 'How often codes may be tried per target, whatever they are for and however many were sent; a right one sets it back.',
  },
  CODE_RESEND_AFTER: { effect: 'How long until another code is sent to the same target.' },
  CODE_RATE_TARGET: { effect: 'How many codes are sent to one target.' },
  CODE_RATE_ADDRESS: { effect: 'How many are sent for one address; of IPv6 for one /64.' },
  CODE_RATE_PREFIX: { effect: 'How many SMS go to numbers that differ in their last four digits only.' },
  CODE_DAILY_BUDGET: {
    effect:
      'How many codes are sent in all in a day (UTC), known targets or not; from 2,000 on divided over counters, so that it may be reached a little early. An alarm goes off at four fifths.',
  },
  CODE_COUNTRIES: { effect: 'Countries (ISO 3166) whose mobile numbers get SMS. Empty: that of DEFAULT_REGION alone.' },
  CODE_FIXED: { effect: 'Digits that every code has, for tests on the stage local; a deployed stage does not start with it.' },
  REGISTER_VERIFIED: {
    effect:
      'Whether `/register/` wants a `code` of `/codes/`, sent to the address of this kind. Then it tells nobody without a right code whether a name is taken.',
  },
  RESET_LIFETIME: { effect: 'How long a link to choose another password is good for.' },
  CHANGE_UNDO_LIFETIME: { effect: 'How long whoever reads the old address can take back that it was exchanged.' },
} as const satisfies Record<ChosenName, SettingText>;
