import { orientationIn, tiffOfOrientation } from './orientation.ts';

/**
 * The most scans a progressive JPEG may have; encoders write about ten. Each makes the decoder walk the whole picture again
 * for as little as 37 bytes: 6,000 of them in 255 kB took 8.7 s, 64 take 0.15 s.
 */
const maxScans = 64;

/** A colour profile is numbered in one byte (ICC.1:2022 §B.4), so it has at most 255 segments. */
const maxProfileSegments = 255;

/** ITU-T T.81 table B.1. */
const marker = { tem: 0x01, dht: 0xc4, dac: 0xcc, rst0: 0xd0, rst7: 0xd7, eoi: 0xd9, sos: 0xda, profile: 0xe2, comment: 0xfe } as const;

/** Frame headers, tables of Huffman, arithmetic and quantisation, number of lines, restart interval: what a decoder needs. */
const drawing = new Set([0xc0, 0xc1, 0xc2, 0xc3, 0xc9, 0xca, 0xcb, marker.dht, marker.dac, marker.sos, 0xdb, 0xdc, 0xdd]);

/**
 * ITU-T T.81 §B.1.1: the segments and scans that draw, JFIF (APP0), colour profile (APP2), Adobe's colour transform (APP14),
 * and of EXIF (APP1) the orientation. Other segments of applications, comments, and everything behind the end of the image
 * are left out. A segment that is none of these, and more than `maxScans` scans or `maxProfileSegments` of a profile, are refused.
 */
export function drawingPartsOfJpeg(file: Buffer): readonly Uint8Array[] | string {
  const parts = [file.subarray(0, 2)];
  const counts = { scans: 0, profile: 0 };
  for (let at = 2; ; ) {
    if (file.readUInt8(at) !== 0xff) return 'jpeg with bytes between its segments';
    while (file.readUInt8(at + 1) === 0xff) at += 1; // fill bytes (§B.1.1.2)
    const code = file.readUInt8(at + 1);
    if (code === marker.eoi) return [...parts, file.subarray(at, at + 2)];
    const end = at + 2 + file.readUInt16BE(at + 2);
    if (end > file.length) return 'jpeg that ends inside a segment';
    const drawn = drawnOf(code, file.subarray(at, end));
    if (!drawn) return `jpeg with a segment ${code.toString(16)}`;
    counts.scans += Number(code === marker.sos);
    counts.profile += Number(code === marker.profile) * drawn.length;
    if (counts.scans > maxScans) return 'jpeg of too many scans';
    if (counts.profile > maxProfileSegments) return 'jpeg of too many parts of a colour profile';
    at = code === marker.sos ? endOfScan(file, end) : end;
    parts.push(...drawn, file.subarray(end, at));
  }
}

/** What of a segment is kept; undefined for one that has no place in a picture. */
function drawnOf(code: number, whole: Buffer): readonly Buffer[] | undefined {
  if (drawing.has(code)) return [whole];
  if (code >= 0xe0 && code <= 0xef) return ofApplication(code, whole);
  return code === marker.comment ? [] : undefined;
}

/** Where the coded data ends: at the next marker that is neither a stuffed zero nor a restart (§B.1.1.2, §B.1.1.5). */
function endOfScan(file: Buffer, start: number): number {
  let at = file.indexOf(0xff, start);
  while (at >= 0 && at + 1 < file.length) {
    const code = file.readUInt8(at + 1);
    if (code !== 0 && code !== marker.tem && (code < marker.rst0 || code > marker.rst7)) return at;
    at = file.indexOf(0xff, at + 2);
  }
  return file.length;
}

function ofApplication(code: number, whole: Buffer): readonly Buffer[] {
  const begins = (name: string) => whole.toString('latin1', 4, 4 + name.length) === name;
  if (code === 0xe0 && begins('JFIF\0')) return [whole];
  if (code === marker.profile && begins('ICC_PROFILE\0')) return [whole];
  if (code === 0xee && begins('Adobe')) return [whole];
  if (code !== 0xe1 || !begins('Exif\0\0')) return [];
  const orientation = orientationIn(whole.subarray(10));
  if (orientation === undefined) return [];
  const tiff = tiffOfOrientation(orientation);
  return [Buffer.from([0xff, 0xe1, 0, tiff.length + 8]), Buffer.from('Exif\0\0', 'latin1'), tiff];
}
