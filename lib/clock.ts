/** The clock. Handlers pass it on in `Needs`, where tests pass another; adapters ask it whether a suspension has ended. */
export const now = () => new Date();
