import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { showSteps } from '#local/start/steps.ts';

describe('the progress of a start', () => {
  let written: string;
  const screen = (isTTY: boolean) => ({ isTTY, write: (text: string) => (written += text) });
  const shown = () => written.split('\u001b[2K').at(-1) ?? '';

  beforeEach(() => {
    vi.useFakeTimers();
    written = '';
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('on a terminal is the step and its seconds, below the lines that stay', () => {
    const steps = showSteps(screen(true));
    steps.doing('Reading serverless.yml');
    vi.advanceTimersByTime(3100);
    expect(shown()).toMatch(/^. Reading serverless\.yml … 3 s$/);
    steps.tell('The keys of the last start.');
    expect(written).toContain('\u001b[2KThe keys of the last start.\n');
    expect(shown()).toMatch(/Reading serverless\.yml … 3 s$/);
    steps.doing('Loading the functions');
    expect(shown()).toMatch(/Loading the functions … 0 s$/);
    steps.end();
    expect(shown()).toBe('');
  });

  it('without a terminal is a line every ten seconds, however long it takes', () => {
    const steps = showSteps(screen(false));
    steps.doing('Loading the functions');
    vi.advanceTimersByTime(9900);
    expect(written).toBe('');
    vi.advanceTimersByTime(500_000);
    expect(written.split('\n').slice(0, 2)).toEqual(['Loading the functions … 10 s', 'Loading the functions … 20 s']);
    expect(written.trim().split('\n')).toHaveLength(50);
    steps.end();
    vi.advanceTimersByTime(60_000);
    expect(written.trim().split('\n')).toHaveLength(50);
  });
});
