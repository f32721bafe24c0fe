/** What a command leaves with: `refused`, nothing was done; `misused`, it was not understood; `inPart`, some of it was done, and the report says what not. */
export const exitCodes = { refused: 1, misused: 2, inPart: 3 } as const;

/** Why a command does not go on, in a line or two for the person who typed it. Everything else that is thrown is a fault of ours. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly exitCode: number;

  constructor(message: string, exitCode: number = exitCodes.refused) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Runs a command; what it refuses goes to standard error as it is, and the exit code says that it did. */
export async function runCommand(command: () => Promise<void>): Promise<void> {
  try {
    await command();
  } catch (error) {
    const isForPeople = error instanceof Refusal || (error instanceof Error && error.name === 'EmulatorError');
    console.error(isForPeople ? error.message : error);
    process.exitCode = error instanceof Refusal ? error.exitCode : exitCodes.refused;
  }
}
