/** The clock that handlers pass to the code behind them; tests pass another. */
export const now = () => new Date();
