const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
/** Without a terminal, a long step writes a line this often, in milliseconds. */
const patienceMs = 10_000;

/** The progress of a start: lines that stay, and below them the current step with its seconds. */
export type Steps = { tell(line: string): void; doing(what: string): void; end(): void };

type Screen = { readonly isTTY?: boolean; write(text: string): unknown };

export function showSteps(screen: Screen = process.stdout, now = () => Date.now()): Steps {
  const isTerminal = screen.isTTY === true;
  let step: { readonly what: string; readonly began: number; told: number } | undefined;
  let timer: NodeJS.Timeout | undefined;
  const wipe = () => isTerminal && step && screen.write('\r\u001b[2K');

  function draw(): void {
    if (!step) return;
    const elapsed = now() - step.began;
    const line = `${step.what} … ${Math.floor(elapsed / 1000)} s`;
    if (isTerminal) screen.write(`\r\u001b[2K${frames[Math.floor(elapsed / 100) % frames.length]} ${line}`);
    else if (elapsed - step.told >= patienceMs) {
      step.told = elapsed;
      screen.write(`${line}\n`);
    }
  }

  return {
    tell(line) {
      wipe();
      screen.write(`${line}\n`);
      draw();
    },
    doing(what) {
      wipe();
      step = { what, began: now(), told: 0 };
      timer ??= setInterval(draw, 100);
      timer.unref();
      if (isTerminal) draw();
    },
    end() {
      clearInterval(timer);
      wipe();
      timer = step = undefined;
    },
  };
}
