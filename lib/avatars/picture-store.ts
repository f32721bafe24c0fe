/** A stored picture in a listing. */
export type ListedPicture = { readonly name: string; readonly storedAt: Date };

/** What is known of a stored picture without its bytes. */
type PictureNote = {
  readonly byteLength: number;
  /** The id of the user it was stored for; undefined if it was stored without one. */
  readonly owner: string | undefined;
};

/** The store of pictures. A picture never changes: its name stands for the same bytes until it is removed. */
export type PictureStore = {
  /** Stores a WebP picture under a new name. Once this resolves, the picture can be read. */
  put(name: string, picture: Uint8Array, owner: string): Promise<void>;
  get(name: string): Promise<Uint8Array | undefined>;
  note(name: string): Promise<PictureNote | undefined>;
  /** Removes a picture; a missing one is not an error. */
  remove(name: string): Promise<void>;
  /** The pictures whose names begin with `prefix` and sort after `after`, in the order of their names. */
  list(prefix: string, after?: string): AsyncIterable<ListedPicture>;
};
