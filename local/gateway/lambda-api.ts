import type { AwsRequest } from './aws-call.ts';
import { type AwsAnswer, awsError } from './aws-refusal.ts';
import type { Functions, Outcome } from './functions.ts';

const path = /^\/2015-03-31\/functions\/([^/?]+)\/invocations$/;

/** The name or ARN of the function that a request invokes (AWS Lambda API Reference, "Invoke"); undefined for any other request. */
export function invokedFunction({ method, target }: Pick<AwsRequest, 'method' | 'target'>): string | undefined {
  const [, name] = (method === 'POST' && path.exec(target)) || [];
  return name && decodeURIComponent(name);
}

/** Serves `Invoke` as Lambda does, and waits for the answer of the function. */
export function lambdaApi(functions: () => Pick<Functions, 'find' | 'invoke'>): (request: AwsRequest) => Promise<AwsAnswer> {
  return async (request) => {
    const { find, invoke } = functions();
    const fn = find(invokedFunction(request) ?? '');
    return answerOf(await invoke(fn.name, JSON.parse(request.body.toString() || 'null')), fn.timeoutMs);
  };
}

function answerOf(outcome: Outcome, timeoutMs: number): AwsAnswer {
  switch (outcome.kind) {
    case 'returned':
      return answer(Buffer.from(outcome.payload));
    case 'threw':
      return functionError(outcome.error);
    case 'timed-out':
      return functionError({
        errorType: 'Sandbox.Timedout',
        errorMessage: `Error: Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`,
      });
    case 'answer-too-large':
      return functionError({ errorType: 'Function.ResponseSizeTooLarge', errorMessage: 'Response payload size exceeded maximum allowed' });
    case 'event-too-large':
      return awsError('lambda', { status: 413, code: 'RequestTooLargeException', message: 'the request must be smaller' });
  }
}

const functionError = (error: object) => answer(Buffer.from(JSON.stringify(error)), { 'x-amz-function-error': 'Unhandled' });

const answer = (body: Buffer, more: Record<string, string> = {}): AwsAnswer => ({
  status: 200,
  headers: { 'content-type': 'application/json', 'x-amz-executed-version': '$LATEST', ...more },
  body,
});
