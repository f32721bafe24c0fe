import { randomUUID } from 'node:crypto';
import type { Service } from './aws-call.ts';
import type { Permission } from './iam-policy.ts';

/** An answer of a service, as it is sent. */
export type AwsAnswer = { readonly status: number; readonly headers: Readonly<Record<string, string | string[]>>; readonly body: Buffer };

/** The answer to a caller without permission, in the service's own form, so that the SDK throws as on AWS. */
export function accessDenied(service: Service, caller: string, { action, resource }: Permission): AwsAnswer {
  const who = `User: ${caller} is not authorized to perform: ${action} on resource: ${resource}`;
  return awsError(service, {
    status: service === 's3' || service === 'lambda' ? 403 : 400,
    code: service === 's3' ? 'AccessDenied' : 'AccessDeniedException',
    message: `${who} because no identity-based policy allows the ${action} action`,
  });
}

/** The answer of a service that throttles a request or is not available. */
export function throttled(service: Service): AwsAnswer {
  if (service === 'lambda') return awsError(service, { status: 429, code: 'TooManyRequestsException', message: 'Rate Exceeded.' });
  return service === 's3'
    ? awsError(service, { status: 503, code: 'SlowDown', message: 'Please reduce your request rate.' })
    : awsError(service, { status: 400, code: 'ThrottlingException', message: 'Rate exceeded' });
}

/** The answer of a service to a request with an invalid signature. */
export function wrongSignature(service: Service): AwsAnswer {
  const message = 'The request signature we calculated does not match the signature you provided.';
  return service === 's3'
    ? awsError(service, { status: 403, code: 'SignatureDoesNotMatch', message })
    : awsError(service, { status: service === 'lambda' ? 403 : 400, code: 'InvalidSignatureException', message });
}

type AwsError = { readonly status: number; readonly code: string; readonly message: string };

/** The answer of a service to a request that it does not carry out, in the service's own form. */
export function awsError(service: Service, { status, code, message }: AwsError): AwsAnswer {
  const requestId = randomUUID();
  if (service === 's3') {
    const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message><RequestId>${requestId}</RequestId></Error>`;
    return { status, headers: { 'content-type': 'application/xml', 'x-amz-request-id': requestId }, body: Buffer.from(body) };
  }
  if (service === 'lambda') {
    const headers = { 'content-type': 'application/json', 'x-amzn-requestid': requestId, 'x-amzn-errortype': code };
    return { status, headers, body: Buffer.from(JSON.stringify({ Message: message })) };
  }
  const namespace = service === 'dynamodb' ? 'com.amazon.coral.service#' : '';
  return {
    status,
    headers: { 'content-type': `application/x-amz-json-1.${service === 'dynamodb' ? 0 : 1}`, 'x-amzn-requestid': requestId },
    body: Buffer.from(JSON.stringify({ __type: namespace + code, message })),
  };
}
