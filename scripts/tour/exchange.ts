import { Refusal } from '#local/refusal.ts';

/** The request of one step. */
export type Request = {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE' | 'OPTIONS';
  /** A path of the service, or an absolute URL that the service returned. */
  readonly path: string;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: Readonly<Record<string, unknown>>;
  readonly file?: { readonly field: string; readonly name: string; readonly type: string; readonly bytes: Uint8Array<ArrayBuffer> };
};

export type Answer = {
  readonly status: number;
  readonly statusText: string;
  readonly headers: Headers;
  readonly bytes: Uint8Array;
  /** The body, if it is JSON. */
  readonly json: unknown;
};

/** Sends a request to the service at `url`; throws a Refusal if nothing listens there, or gives no answer in time. */
export async function send(url: string, request: Request, timeoutMs = 30_000): Promise<Answer> {
  const { method, path, token, headers, json, file } = request;
  const address = path.startsWith('/') ? `${url}${path}` : path;
  const form = file && new FormData();
  form?.append(file?.field ?? '', new Blob([file?.bytes ?? ''], { type: file?.type ?? '' }), file?.name);
  try {
    const response = await fetch(address, {
      method,
      headers: {
        ...(token && { authorization: `Bearer ${token}` }),
        ...(json && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(json && { body: JSON.stringify(json) }),
      ...(form && { body: form }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    const bytes = new Uint8Array(await response.arrayBuffer());
    const isJson = /\bjson\b/.test(response.headers.get('content-type') ?? '');
    const content: unknown = isJson && bytes.length > 0 ? JSON.parse(new TextDecoder().decode(bytes)) : undefined;
    return { status: response.status, statusText: response.statusText, headers: response.headers, bytes, json: content };
  } catch (error) {
    const { code } = ((error as Error).cause ?? {}) as { code?: string };
    if (code !== 'ECONNREFUSED') throw new Refusal(`${address} gave no answer: ${code ?? (error as Error).message}`);
    throw new Refusal(`Nothing listens at ${url}. Start Gatehouse in another terminal first: npm start`);
  }
}
