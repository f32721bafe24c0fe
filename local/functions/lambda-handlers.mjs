/**
 * What serverless-offline runs when somebody invokes a function through its Lambda API (`aws lambda invoke --endpoint-url …`): each handler
 * hands the event on to where the functions are. `plugins/laptop.ts` fills it.
 */
export const handlers = {};
