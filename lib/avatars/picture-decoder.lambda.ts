import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { lambda } from '#lib/aws/lambda.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import type { Decoded, DecodeEvent, PictureDecoder } from './picture-decoder.ts';

/** Lambda's report on a run that ended without an answer of the function (AWS: "Function errors"). */
type RunError = { readonly errorType?: unknown; readonly errorMessage?: unknown };

/** The process ended by itself, was killed for its memory, or ran out of time. */
const deaths: readonly unknown[] = ['Runtime.ExitError', 'Runtime.OutOfMemory', 'Sandbox.Timedout'];

/**
 * The decoder in a function of its own that may call no other service (docs/decisions/0112). A picture that ends its decoder is invalid:
 * the next try would end another one. A decoder that throws or cannot be loaded is a fault of ours, and is thrown.
 */
export function lambdaPictureDecoder(
  { DECODER_FUNCTION: name }: Pick<Settings, 'DECODER_FUNCTION'>,
  client: LambdaClient = lambda(),
): PictureDecoder {
  return {
    async decode(parts) {
      const event: DecodeEvent = { parts: Buffer.from(parts).toString('base64') };
      const { FunctionError, Payload } = await client.send(new InvokeCommand({ FunctionName: name, Payload: JSON.stringify(event) }));
      const told = JSON.parse(Payload?.transformToString() || 'null') as unknown;
      return FunctionError === undefined ? answered(told) : ended(told);
    },
  };
}

function answered(told: unknown): Decoded {
  const { picture, invalid } = Object(told) as Partial<Record<'picture' | 'invalid', unknown>>;
  if (typeof picture === 'string') return { picture: Buffer.from(picture, 'base64') };
  if (typeof invalid === 'string') return { invalid };
  throw new Error('the decoder answered neither a picture nor a reason');
}

function ended(told: unknown): Decoded {
  const { errorType, errorMessage } = Object(told) as RunError;
  const isDead = deaths.includes(errorType) || /Task timed out/.test(String(errorMessage));
  if (!isDead) throw new Error(`the decoder failed: ${String(errorType)}: ${String(errorMessage)}`);
  return { invalid: `it ended its decoder: ${String(errorType ?? 'Sandbox.Timedout')}` };
}
