import { Problem } from '#lib/problem.ts';
import { namesEntityTag } from './entity-tag.ts';
import { isPictureName } from './picture-name.ts';
import type { PictureStore } from './picture-store.ts';

type Needs = { readonly pictures: Pick<PictureStore, 'get' | 'note'> };

type Wanted = {
  /** The `If-None-Match` header, as sent. */
  readonly ifNoneMatch: string | undefined;
  /** Whether only the headers are wanted (HEAD). */
  readonly isHead: boolean;
};

/** A picture to show; without bytes if only headers were wanted or the client has the picture already. */
export type ShownPicture = {
  readonly entityTag: string;
  readonly byteLength: number;
  readonly isUnchanged: boolean;
  readonly bytes?: Uint8Array;
};

/**
 * The picture of a name, with one read of the store, and none if the name is not a picture's. A name always stands for
 * the same bytes, so it is the entity tag too. Throws `not_found`.
 */
export async function showPicture({ pictures }: Needs, name: string, { ifNoneMatch, isHead }: Wanted): Promise<ShownPicture> {
  if (!isPictureName(name)) throw new Problem('not_found');
  const entityTag = `"${name.replace('.webp', '')}"`;
  const isUnchanged = namesEntityTag(ifNoneMatch, entityTag);
  if (isHead || isUnchanged) {
    const note = await pictures.note(name);
    if (!note) throw new Problem('not_found');
    return { entityTag, byteLength: note.byteLength, isUnchanged };
  }
  const bytes = await pictures.get(name);
  if (!bytes) throw new Problem('not_found');
  return { entityTag, byteLength: bytes.length, isUnchanged, bytes };
}
