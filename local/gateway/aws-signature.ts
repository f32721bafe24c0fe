import { createHash, createHmac } from 'node:crypto';
import type { AwsRequest } from './aws-call.ts';

/**
 * The access key id that signed a request (Signature Version 4, in `Authorization`); `undefined` if it is not signed.
 */
export function signer({ headers }: AwsRequest): string | undefined {
  return /^AWS4-HMAC-SHA256 Credential=([^/]+)\//.exec(String(headers['authorization'] ?? ''))?.[1];
}

/**
 * Whether the signature matches the request, headers and body included (AWS: "Signature Version 4 signing process").
 */
export function isSigned(request: AwsRequest, secret: string): boolean {
  const { method, target, headers, body } = request;
  const [, scope = '', names = '', signature] =
    /Credential=[^/]+\/([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]+)/.exec(String(headers['authorization'] ?? '')) ?? [];
  const signedHeaders = names.split(';');
  if (!signedHeaders.includes('host')) return false;
  const claimed = String(headers['x-amz-content-sha256'] ?? '');
  const isWithoutBody = claimed === 'UNSIGNED-PAYLOAD' || claimed.startsWith('STREAMING-');
  const bodyHash = isWithoutBody ? claimed : sha256(body);
  if (claimed && claimed !== bodyHash) return false;
  const [path = '', query = ''] = target.split('?');
  const canonical = [
    method,
    path,
    query
      .split('&')
      .filter(Boolean)
      .map((part) => (part.includes('=') ? part : `${part}=`))
      .sort()
      .join('&'),
    ...signedHeaders.map(
      (name) =>
        `${name}:${String(headers[name] ?? '')
          .trim()
          .replace(/ +/g, ' ')}`,
    ),
    '',
    names,
    bodyHash,
  ].join('\n');
  const [date = '', region = '', service = ''] = scope.split('/');
  const toSign = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, sha256(canonical)].join('\n');
  const key = [date, region, service, 'aws4_request'].reduce<string | Buffer>((left, right) => hmac(left, right), `AWS4${secret}`);
  return hmac(key, toSign).toString('hex') === signature;
}

const sha256 = (content: string | Buffer) => createHash('sha256').update(content).digest('hex');
const hmac = (key: string | Buffer, content: string) => createHmac('sha256', key).update(content).digest();
