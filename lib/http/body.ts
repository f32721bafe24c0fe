/** A request body: its fields, the same for every content type, and the file that the route asks for. */
export type Body = { readonly fields: Readonly<Record<string, unknown>>; readonly file?: Uint8Array };
