import { Problem } from '#lib/problem.ts';
import { namesEntityTag } from './entity-tag.ts';
import { isPictureName } from './picture-name.ts';
import type { PictureStore } from './picture-store.ts';

type Needs = { readonly pictures: Pick<PictureStore, 'get' | 'note'> };

type Wanted = {
  /** The `If-None-Match` header, as it came. */
  readonly ifNoneMatch: string | undefined;
  /** Only what is known of the picture is wanted, not its bytes. */
  readonly isHead: boolean;
};

/** A picture as it is shown; without its bytes where they were not wanted, or the client has them already. */
export type ShownPicture = {
  readonly entityTag: string;
  readonly byteLength: number;
  readonly isUnchanged: boolean;
  readonly bytes?: Uint8Array;
};

/**
 * The picture of a name, at the price of one question to the store, and of none for what is no picture's name. A name stands
 * for the same bytes for ever, so it is the entity tag as well. Throws `not_found`.
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
