import type { Sending } from './sender.ts';
import { TryAgain } from './try-again.ts';

/** What AWS calls too many requests, each service in its way. */
const throttled = /^(Throttling|ThrottlingException|TooManyRequestsException|RequestLimitExceeded|SlowDown)$/;
/** What is thrown before anything left this machine. */
const unreached = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|CredentialsProviderError)$/;

/** What AWS says of us and not of the letter: a person has to see to it, and the letter may go then. */
const ours =
  /^(AccessDenied(Exception)?|AccountSuspendedException|SendingPausedException|MailFromDomainNotVerifiedException|UnrecognizedClientException|ExpiredToken(Exception)?|InvalidClientTokenId|SignatureDoesNotMatch|InvalidSignatureException)$/;

type Failure = {
  readonly name?: string;
  readonly code?: string;
  readonly message?: string;
  /** AWS End User Messaging says here what its exceptions mean, in capitals. */
  readonly Reason?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
};

/**
 * What a call of AWS that failed means for a letter: an answer of 4xx is a refusal, no answer is unsure. Throws TryAgain where the service was
 * not reached, was too busy or not well, or has something against us rather than against the letter. By name, never in AWS's own sentences, which quote addresses.
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
