import { authScheme, takesScheme } from '#lib/auth-scheme.ts';
import { claimNameErrors } from '#lib/claim-names.ts';
import { originPatterns } from '#lib/origins.ts';
import { passwordCostErrors } from '#lib/password-costs.ts';
import type { Settings } from './catalogue.ts';
import { codeErrors } from './rules-of-codes.ts';
import { humanCheckErrors } from './rules-of-human-checks.ts';
import { messageErrors } from './rules-of-messages.ts';

/**
 * How many times KEY_CACHE may pass until nobody goes on without a new key: a function keeps the keys it has read, for a while more
 * where it cannot read again, and a client of jwks.json keeps what such a function told it. The default outlasts a Parameter Store
 * that is out of reach for the whole hour after which functions give up (lib/reloading.ts).
 */
const cachesInARow = 3;
/** Five RSA keys of 3072 bits fit into a parameter: the next, the current, and these. */
const mostRetiredKeys = 3;

/** The maximum of LEEWAY: a token may be accepted for this long after its `exp`. */
export const longestLeewaySeconds = 300;

/** The maximum of `AuthorizerResultTtlInSeconds` in API Gateway. */
const longestAuthorizerCacheSeconds = 3600;

/** The errors of settings that are valid one by one and contradict each other. */
export function contradictions(settings: Settings): string[] {
  const isLocal = settings.STAGE === 'local';
  const rules: readonly (readonly [isBroken: boolean, error: string])[] = [
    [
      settings.ACCESS_TOKEN_LIFETIME < 1 || settings.ACCESS_TOKEN_LIFETIME > settings.REFRESH_TOKEN_LIFETIME,
      'ACCESS_TOKEN_LIFETIME has to be at least 1s and at most REFRESH_TOKEN_LIFETIME',
    ],
    [
      settings.REFRESH_TOKEN_LIFETIME > settings.REMEMBERED_TOKEN_LIFETIME,
      'REMEMBERED_TOKEN_LIFETIME has to be at least REFRESH_TOKEN_LIFETIME',
    ],
    [
      settings.REMEMBERED_TOKEN_LIFETIME > settings.SESSION_LIFETIME,
      'SESSION_LIFETIME has to be at least REMEMBERED_TOKEN_LIFETIME: a refresh token ends with its session',
    ],
    [
      settings.SLIDING_TOKEN_LIFETIME < 1 || settings.SLIDING_TOKEN_LIFETIME > settings.SLIDING_TOKEN_REFRESH_LIFETIME,
      'SLIDING_TOKEN_LIFETIME has to be at least 1s and at most SLIDING_TOKEN_REFRESH_LIFETIME',
    ],
    [
      settings.SLIDING_TOKEN_REFRESH_LIFETIME > settings.REMEMBERED_TOKEN_LIFETIME,
      'SLIDING_TOKEN_REFRESH_LIFETIME has to be at most REMEMBERED_TOKEN_LIFETIME: `remembered` must not shorten a session',
    ],
    [
      settings.FRESH_LOGIN_LIFETIME < 60 || settings.FRESH_LOGIN_LIFETIME > 86_400,
      'FRESH_LOGIN_LIFETIME has to be at least 1m and at most 1d: a form takes a while to fill in, and a login of yesterday is not recent',
    ],
    [settings.REFRESH_GRACE > 300, 'REFRESH_GRACE has to be at most 5m: a stolen refresh token goes unnoticed for that long'],
    [settings.LEEWAY > longestLeewaySeconds, 'LEEWAY has to be at most 5m: fix clocks that differ by more'],
    [settings.AUTHORIZER_CACHE > longestAuthorizerCacheSeconds, 'AUTHORIZER_CACHE has to be at most 1h: API Gateway has that maximum'],
    [
      settings.AUTHORIZER_CACHE > settings.ACCESS_TOKEN_LIFETIME,
      'AUTHORIZER_CACHE has to be at most ACCESS_TOKEN_LIFETIME: an expired token must not stay in the cache',
    ],
    [settings.KEY_CACHE < 1 || settings.KEY_CACHE > 3600, 'KEY_CACHE has to be at least 1s and at most 1h'],
    [
      settings.KEY_PROPAGATION < cachesInARow * settings.KEY_CACHE,
      'KEY_PROPAGATION has to be at least three times KEY_CACHE: until then a reader may not know a new key',
    ],
    [
      settings.KEY_ROTATION > 0 && settings.KEY_ROTATION < 2 * settings.KEY_PROPAGATION,
      'KEY_ROTATION has to be 0s (never) or at least twice KEY_PROPAGATION',
    ],
    [
      settings.KEY_ROTATION > 0 && settings.KEY_ROTATION * mostRetiredKeys < settings.REMEMBERED_TOKEN_LIFETIME,
      'KEY_ROTATION has to be 0s, or at least a third of REMEMBERED_TOKEN_LIFETIME: a retired key is kept that long, and only three are kept',
    ],
    [!/^[A-Z]{2}$/.test(settings.DEFAULT_REGION), 'DEFAULT_REGION has to be two capital letters such as CN'],
    [
      authScheme(settings.AUTH_HEADER_TYPES[0] ?? '') === 'basic' && settings.AUTHORIZER_CACHE > 0,
      'AUTHORIZER_CACHE has to be 0s if AUTH_HEADER_TYPES begins with Basic: API Gateway then has no header as the key of its cache',
    ],
    [
      settings.AUTH_COOKIES !== 'off' && settings.AUTHORIZER_CACHE > 0,
      'AUTHORIZER_CACHE has to be 0s with AUTH_COOKIES: API Gateway then has no header as the key of its cache',
    ],
    [
      settings.AUTH_COOKIES !== 'off' && !settings.AUTH_TOKEN_CLASSES.includes('access'),
      'AUTH_TOKEN_CLASSES has to include AccessToken with AUTH_COOKIES: the cookies hold an access and a refresh token',
    ],
    [
      settings.AUTH_COOKIES !== 'off' && settings.TOKEN_MAX_BYTES > 4000,
      'TOKEN_MAX_BYTES has to be at most 4000 with AUTH_COOKIES: browsers drop longer cookies',
    ],
    [!isLocal && settings.PUBLIC_URL.startsWith('http:'), 'PUBLIC_URL has to begin with https: on a deployed stage'],
    [
      !isLocal && settings.SIGNING_KEY !== '',
      'SIGNING_KEY has to be empty on a deployed stage: write the key into a file, import it with `npm run keys:create -- --stage … --from FILE`, and delete the file',
    ],
    [
      !isLocal && settings.DJANGO_SIGNING_KEY !== '',
      'DJANGO_SIGNING_KEY has to be empty on a deployed stage: write the key into a file, import it with `npm run keys:django -- --stage … --from FILE`, and delete the file',
    ],
    [
      settings.DJANGO_SIGNING_KEY !== '' && settings.DJANGO_ALGORITHM === '',
      'DJANGO_ALGORITHM has to name the algorithm of DJANGO_SIGNING_KEY, such as HS256',
    ],
    [
      settings.USER_ID_FIELD !== 'id' && Boolean(settings.DJANGO_ALGORITHM || settings.VERIFYING_KEY || settings.JWK_URL),
      'USER_ID_FIELD has to be id if tokens of other issuers are accepted (DJANGO_ALGORITHM, VERIFYING_KEY, JWK_URL): they carry ids only',
    ],
    [!isLocal && settings.JWK_URL.startsWith('http:'), 'JWK_URL has to begin with https: on a deployed stage'],
    [
      takesScheme(settings.AUTH_HEADER_TYPES, 'basic') && isLocal && !keepsPasswordsPrivate(settings.PUBLIC_URL),
      'AUTH_HEADER_TYPES has Basic, which sends the password with every request: PUBLIC_URL has to begin with https:, or to name this machine, such as http://localhost:3000',
    ],
  ];
  return [
    ...rules.filter(([isBroken]) => isBroken).map(([, error]) => error),
    ...passwordCostErrors(settings),
    ...claimNameErrors(settings),
    ...originErrors(settings),
    ...codeErrors(settings),
    ...humanCheckErrors(settings),
    ...messageErrors(settings),
  ];
}

/** Whether what is sent to an address can be read by nobody on the way: it is encrypted, or stays on this machine (W3C Secure Contexts §3.1). */
function keepsPasswordsPrivate(publicUrl: string): boolean {
  if (!URL.canParse(publicUrl)) return false;
  const { protocol, hostname } = new URL(publicUrl);
  return protocol === 'https:' || /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}

/** Origins that a deployed stage refuses: those without TLS, and pages on a developer's laptop. */
function originErrors({ STAGE, CORS_ORIGINS }: Settings): string[] {
  if (STAGE === 'local') return [];
  const exact = CORS_ORIGINS.filter((origin) => !originPatterns.includes(origin));
  const local = originPatterns.join(' and ');
  return [
    ...(exact.length < CORS_ORIGINS.length
      ? [`CORS_ORIGINS can have ${local} on the stage local only: list each origin of a deployed stage, such as https://app.example.com`]
      : []),
    ...(exact.some((origin) => origin.startsWith('http:')) ? ['CORS_ORIGINS have to begin with https: on a deployed stage'] : []),
  ];
}
