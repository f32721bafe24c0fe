import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';

export type ZippedFile = { readonly name: string; readonly content: Uint8Array };

/** The time of every file. DOS times have no time zone, so all machines write the same bytes. */
const fixed = { mtime: new Date(1980, 0, 1), forceDosTimestamp: true, mode: 0o100644, compressionLevel: 6 };

/** A zip archive of these files. The same files give the same bytes: names are sorted, times and modes are fixed. */
export async function zip(files: readonly ZippedFile[]): Promise<Buffer> {
  const archive = new ZipFile();
  for (const { name, content } of files.toSorted((one, other) => (one.name < other.name ? -1 : 1))) {
    archive.addBuffer(Buffer.from(content.buffer, content.byteOffset, content.byteLength), name, fixed);
  }
  archive.end();
  return await buffer(archive.outputStream);
}
