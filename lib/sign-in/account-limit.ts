/** The name of the limit of tries for one account. */
export const accountLimit = 'login-account';
