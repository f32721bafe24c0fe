/** Why a command does not go on, in a line or two for the person who typed it. Everything else that is thrown is a fault of ours. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}

/** Runs a command; what it refuses goes to standard error as it is, and the exit code is 1. */
export async function runCommand(command: () => Promise<void>): Promise<void> {
  try {
    await command();
  } catch (error) {
    const isForPeople = error instanceof Refusal || (error instanceof Error && error.name === 'EmulatorError');
    console.error(isForPeople ? error.message : error);
    process.exitCode = 1;
  }
}
