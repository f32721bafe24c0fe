const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

/** Does something while a terminal, where there is one, shows that it goes on; then says in one line what came of it. */
export async function whileWaiting<T>(what: string, work: Promise<T>, done: (value: T) => string): Promise<T> {
  const isTerminal = process.stdout.isTTY === true;
  const begun = Date.now();
  const show = () => {
    const elapsed = Date.now() - begun;
    process.stdout.write(`\r\u001b[2K${frames[Math.floor(elapsed / 100) % frames.length]} ${what} ${Math.floor(elapsed / 1000)} s`);
  };
  const timer = isTerminal ? setInterval(show, 100) : undefined;
  try {
    const value = await work;
    clearInterval(timer);
    console.log(`${isTerminal ? '\r\u001b[2K' : ''}${done(value)}`);
    return value;
  } finally {
    clearInterval(timer);
    if (isTerminal) process.stdout.write('\r\u001b[2K');
  }
}
