/** The clock that doors hand to what lies behind them; tests hand another. */
export const now = () => new Date();
