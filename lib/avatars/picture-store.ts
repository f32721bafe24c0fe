/** A stored picture as a listing names it. */
export type ListedPicture = { readonly name: string; readonly storedAt: Date };

/** What is known of a stored picture without fetching it. */
type PictureNote = {
  readonly byteLength: number;
  /** The id of the user it was stored for; undefined where nobody wrote it down. */
  readonly owner: string | undefined;
};

/** Where pictures are kept. A picture is never changed: its name is given once, and stands for the same bytes until it is removed. */
export type PictureStore = {
  /** Keeps the WebP picture under a new name; once this has answered, the picture can be got. */
  put(name: string, picture: Uint8Array, owner: string): Promise<void>;
  get(name: string): Promise<Uint8Array | undefined>;
  note(name: string): Promise<PictureNote | undefined>;
  /** Removes the picture; one that is not there is as good as removed. */
  remove(name: string): Promise<void>;
  /** The pictures whose names begin with `prefix` and come after the text `after`, in the order of their names. */
  list(prefix: string, after?: string): AsyncIterable<ListedPicture>;
};
