import type { Sending } from './sender.ts';
import { TryAgain } from './try-again.ts';

/** The names of AWS's errors for too many requests. */
const throttled = /^(Throttling|ThrottlingException|TooManyRequestsException|RequestLimitExceeded|SlowDown)$/;
/** Errors that are thrown before anything left this machine. */
const unreached = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|CredentialsProviderError)$/;

/** AWS's errors about our account and not about the letter: the letter can be sent once a person has fixed them. */
const ours =
  /^(AccessDenied(Exception)?|AccountSuspendedException|SendingPausedException|MailFromDomainNotVerifiedException|UnrecognizedClientException|ExpiredToken(Exception)?|InvalidClientTokenId|SignatureDoesNotMatch|InvalidSignatureException)$/;

type Failure = {
  readonly name?: string;
  readonly code?: string;
  readonly message?: string;
  /** AWS End User Messaging gives the reason here, in capitals. */
  readonly Reason?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
};

/**
 * What a failed AWS call means for a letter: a 4xx answer is a refusal, no answer is unsure. Throws TryAgain if the
 * service was not reached, is throttling or failing, or if the error is about our account. It keeps only error names,
 * because AWS's sentences quote addresses.
 */
export function failureOf(error: unknown): Sending {
  const { name = 'Error', code = '', message = '', Reason: reason, $metadata } = Object(error) as Failure;
  const status = $metadata?.httpStatusCode;
  if (status !== undefined) {
    if (throttled.test(name) || ours.test(name) || status === 429 || status >= 500) throw new TryAgain(name);
    return { refused: [name, ...(reason && /^[A-Z_]+$/.test(reason) ? [reason] : [])].join(' ') };
  }
  if (unreached.test(code) || unreached.test(name) || message.includes('did not establish a connection')) throw new TryAgain(code || name);
  return { unsure: code || name };
}
