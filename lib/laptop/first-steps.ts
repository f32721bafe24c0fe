/**
 * Three commands to paste into a terminal in this order: register, log in, read your own record. The third logs in
 * itself and passes the token and the id of the answer to a second curl, so it needs only a shell.
 */
export function firstSteps(url: string): readonly string[] {
  const person = ['name=ada', 'email=ada@example.com', 'password=Analytical-Engine-1843'];
  const fields = (texts: readonly string[]) => texts.map((text) => `-d ${text}`).join(' ');
  const login = `curl -s ${url}/login/ ${fields(['username=ada', 'password=Analytical-Engine-1843'])}`;
  const carryOn = String.raw`sed -E 's|.*"access_token":"([^"]+)".*"user_id":"([^"]+)".*|-H "Authorization: Bearer \1" ${url}/users/\2/|'`;
  return [
    `curl -s ${url}/register/ ${fields([...person, 'password_confirmation=Analytical-Engine-1843'])}`,
    login,
    `${login} | ${carryOn} | xargs curl -s`,
  ];
}
