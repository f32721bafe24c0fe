import type { Tally } from './tally.ts';

export type Outcome = {
  readonly file: string;
  readonly about: string;
  readonly stage: string;
  readonly place: string;
  readonly isDryRun: boolean;
  readonly isStopped: boolean;
  /** The number of rows of the file. */
  readonly total: number;
  readonly tally: Tally;
  readonly leftBehind: readonly string[];
  readonly report: string | undefined;
};

const number = (value: number) => value.toLocaleString('en');
const were = (value: number) => `${number(value)} ${value === 1 ? 'was' : 'were'}`;
const are = (value: number) => `${number(value)} ${value === 1 ? 'already exists and is unchanged' : 'already exist and are unchanged'}`;
const most = 30;

/** The result of an import, in lines for people. */
export function linesAbout({ file, about, stage, place, isDryRun, isStopped, total, tally, leftBehind, report }: Outcome): string[] {
  const where = `the stage ${stage} (${place})`;
  const lines = [
    `${file} is ${about}: ${number(total)} ${total === 1 ? 'user' : 'users'}.`,
    isDryRun ? `${number(tally.added)} can be added to ${where}.` : `${were(tally.added)} added to ${where}.`,
    ...(tally.there > 0 ? [`${are(tally.there)}.`] : []),
    ...(tally.refused > 0
      ? [`${isDryRun ? `${number(tally.refused)} would be` : were(tally.refused)} refused:`, ...table(tally.reasons)]
      : []),
    ...section('Passwords:', tally.passwords),
    ...section('Changed on the way:', tally.changed),
    ...(leftBehind.length > 0 ? [`Fields that are not imported: ${leftBehind.join(', ')}. Use --map to import them.`] : []),
    ...(report === undefined || tally.refused + Object.keys(tally.changed).length === 0
      ? []
      : [`${report} lists each row that was refused or changed.`]),
  ];
  if (isDryRun) lines.push('Nothing was written.');
  if (isStopped) lines.push(`Stopped after ${number(tally.rows)} of ${number(total)}. Repeat the command to continue from there.`);
  return lines;
}

const section = (title: string, counts: Readonly<Record<string, number>>) =>
  Object.keys(counts).length > 0 ? [title, ...table(counts)] : [];

function table(counts: Readonly<Record<string, number>>): string[] {
  const sorted = Object.entries(counts).sort(([, one], [, other]) => other - one);
  const more = sorted.length > most ? [`          and ${number(sorted.length - most)} more`] : [];
  return [...sorted.slice(0, most).map(([what, times]) => `${number(times).padStart(9)} ${what}`), ...more];
}

/** The same as JSON. */
export function jsonAbout({ tally, leftBehind, isDryRun, isStopped, place: _, ...rest }: Outcome): object {
  const { rows, reasons, passwords, changed, ...counts } = tally;
  return {
    ...rest,
    is_dry_run: isDryRun,
    is_stopped: isStopped,
    done: rows,
    ...counts,
    reasons,
    passwords,
    changed,
    left_behind: leftBehind,
  };
}
