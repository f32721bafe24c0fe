import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { projectFolder } from '#local/project.ts';
import { demand, type guide, textAt } from './guide.ts';

type Walk = ReturnType<typeof guide>;

/** Ada uploads a picture, and everyone with its URL can see it. */
export async function showPicture(walk: Walk, { id, access }: { id: string; access: string }): Promise<void> {
  const name = 'photograph.jpg';
  const bytes = new Uint8Array(readFileSync(join(projectFolder, 'tests', 'fixtures', name)));
  const uploaded = await walk({
    title: 'She uploads a photograph',
    why: 'Straight from a camera: lying on its side, with the place it was taken written inside. It is decoded and drawn anew.',
    request: {
      method: 'POST',
      path: `/users/${id}/avatar/upload`,
      token: access,
      file: { field: 'avatar', name, type: 'image/jpeg', bytes },
    },
    status: 200,
    check: (answer) => demand(URL.canParse(textAt(answer, 'url')), 'the URL is not absolute'),
  });
  const url = textAt(uploaded, 'url');
  const opened = await walk({
    title: 'Anybody opens it',
    why: 'The address is random and its picture never changes, so browsers and CDNs may keep it for ever.',
    request: { method: 'GET', path: url },
    status: 200,
    check: async (answer) => {
      const { format, width = 0, height = 0, exif } = await sharp(answer.bytes).metadata();
      demand(format === 'webp' && answer.headers.get('content-type') === 'image/webp', 'it is not WebP');
      demand(exif === undefined && !Buffer.from(answer.bytes).includes('Exif'), 'it still says where it was taken');
      demand(width > height, 'it lies on its side');
      return `${width} × ${height} pixels, upright, and nothing about camera or place in it`;
    },
  });
  await walk({
    title: 'The browser asks again',
    why: 'It has the picture already, and says so; no bytes travel.',
    request: { method: 'GET', path: url, headers: { 'if-none-match': opened.headers.get('etag') ?? '' } },
    status: 304,
  });
  await walk({
    title: 'Her record shows it',
    why: 'Written after the picture was stored, so that the record never points at nothing.',
    request: { method: 'GET', path: `/users/${id}/`, token: access },
    status: 200,
    check: (answer) => demand(textAt(answer, 'avatar') === url, 'it shows another picture'),
  });
}
