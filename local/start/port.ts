import { whyNotOpen } from '#local/emulators/free-port.ts';
import { Refusal } from '#local/refusal.ts';

/** Throws a Refusal if the port for a debugger is in use. */
export async function refuseBusyInspector(port: number): Promise<void> {
  if (await whyNotOpen(port))
    throw new Refusal(`Port ${port}, for a debugger, is in use. Choose another: npm start -- --inspect=${port + 1}`);
}

/** Throws a Refusal if a port cannot be opened. It shows how to give `command` another one. */
export async function refuseBusyPort(port: number, command: string): Promise<void> {
  const reason = await whyNotOpen(port);
  if (reason === 'EADDRINUSE')
    throw new Refusal(`Port ${port} is in use. Choose another: PORT=${port === 65_535 ? 3001 : port + 1} ${command}`);
  if (reason) throw new Refusal(`Port ${port} cannot be opened (${reason}). Choose another: PORT=3001 ${command}`);
}
