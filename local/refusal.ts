/**
 * The exit code of a command. `refused`: nothing was done. `misused`: the command line is wrong. `inPart`: some of it
 * was done, and the report lists the rest.
 */
export const exitCodes = { refused: 1, misused: 2, inPart: 3 } as const;

/**
 * The reason why a command stops, in a line or two for the person who typed it. Every other error is a fault of ours.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly exitCode: number;

  constructor(message: string, exitCode: number = exitCodes.refused) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Runs a command. A Refusal goes to standard error as it is and sets the exit code. */
export async function runCommand(command: () => Promise<void>): Promise<void> {
  try {
    await command();
  } catch (error) {
    const isForPeople = error instanceof Refusal || (error instanceof Error && error.name === 'EmulatorError');
    console.error(isForPeople ? error.message : error);
    process.exitCode = error instanceof Refusal ? error.exitCode : exitCodes.refused;
  }
}
