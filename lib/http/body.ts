/** A body as it came: its fields, whatever content type they came in, and the file the route asks for. */
export type Body = { readonly fields: Readonly<Record<string, unknown>>; readonly file?: Uint8Array };
