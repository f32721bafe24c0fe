/**
 * The handlers that serverless-offline runs for its Lambda API (`aws lambda invoke --endpoint-url …`). Each passes the
 * event on to the functions from sources. `plugins/laptop.ts` fills it.
 */
export const handlers = {};
