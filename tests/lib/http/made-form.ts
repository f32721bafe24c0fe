type Part = { readonly name: string; readonly text: string | Uint8Array; readonly filename?: string; readonly type?: string };

export const boundary = '----a-boundary';
export const formType = `multipart/form-data; boundary=${boundary}`;

/** A multipart body (RFC 7578) made by hand, so that a test can break it. */
export function madeForm(...parts: readonly Part[]): Buffer {
  return Buffer.concat([...parts.map(madePart), Buffer.from(`--${boundary}--\r\n`)]);
}

function madePart({ name, text, filename, type }: Part): Buffer {
  const disposition = `content-disposition: form-data; name="${name}"${filename === undefined ? '' : `; filename="${filename}"`}`;
  const head = `--${boundary}\r\n${disposition}\r\n${type ? `content-type: ${type}\r\n` : ''}\r\n`;
  return Buffer.concat([Buffer.from(head), Buffer.from(text as string), Buffer.from('\r\n')]);
}
