import type { Answer } from './exchange.ts';
import { demand, type guide, textAt } from './guide.ts';
import { newPerson, type Person } from './person.ts';
import { showPicture } from './picture-steps.ts';

type Walk = ReturnType<typeof guide>;
type Session = { readonly id: string; readonly access: string; readonly refresh: string };

/** The life of an account from its first request, and the answers to people who claim to be its owner. */
export async function tellStory(walk: Walk): Promise<void> {
  const ada = newPerson('ada');
  await register(
    walk,
    ada,
    'Ada registers',
    'One request, and the name, the address and the number are hers: each is unique, and each can be logged in with.',
  );
  const session = await logIn(walk, ada);
  const etag = await lookAround(walk, ada, session);
  const access = await refresh(walk, session);
  await change(walk, { ...session, access }, etag);
  await stayOut(walk, { ...session, access });
  await showPicture(walk, { id: session.id, access });
  await knockInVain(walk, ada);
}

async function register(walk: Walk, person: Person, title: string, why: string): Promise<string> {
  const { name, email, mobile, password } = person;
  const answer = await walk({
    title,
    why,
    request: {
      method: 'POST',
      path: '/register/',
      json: { name, email, mobile: mobile.international, password, password_confirmation: password },
    },
    status: 201,
    check: (answer) => {
      textAt(answer, 'id');
      demand(answer.headers.has('location'), 'it has no Location');
      demand(!/password|hash/.test(JSON.stringify(answer.json)), 'something of the password is in it');
    },
  });
  return textAt(answer, 'id');
}

async function logIn(walk: Walk, { name, email, mobile, password }: Person): Promise<Session> {
  const by = async (title: string, why: string, identifier: Record<string, string>) => {
    const request = { method: 'POST', path: '/login/', json: { ...identifier, password } } as const;
    const check = (answer: Answer) => {
      for (const field of ['user_id', 'access_token', 'refresh_token']) textAt(answer, 'data', field);
    };
    return await walk({ title, why, request, status: 200, check });
  };
  const answer = await by(
    'She logs in with her user name',
    'Without a user name of its own, the name is one. Capitals make no difference.',
    {
      username: name.toUpperCase(),
    },
  );
  await by('With her e-mail address', 'The same field takes any identifier; the field `email` would do as well.', { username: email });
  await by('With her mobile number', 'As it is stored: with the country code.', { mobile: mobile.international });
  await by('With the number as she says it', 'DEFAULT_REGION says whose national numbers are understood; it is CN unless you change it.', {
    mobile: mobile.national,
  });
  return {
    id: textAt(answer, 'data', 'user_id'),
    access: textAt(answer, 'data', 'access_token'),
    refresh: textAt(answer, 'data', 'refresh_token'),
  };
}

async function lookAround(walk: Walk, { email }: Person, { id, access }: Session): Promise<string> {
  const record = await walk({
    title: 'Who am I?',
    why: 'The authorizer reads the token, the function sees only who it belongs to.',
    request: { method: 'GET', path: `/users/${id}/`, token: access },
    status: 200,
    check: (answer) => demand(textAt(answer, 'email') === email, 'it is somebody else'),
  });
  await walk({
    title: 'Is this token good?',
    why: 'For services that hold a token and no key: 200 and nothing more, or 401. Any kind of token can be asked about.',
    request: { method: 'POST', path: '/token/verify/', json: { token: access } },
    status: 200,
    check: ({ bytes }) => demand(bytes.length === 0, 'it has a body'),
  });
  return record.headers.get('etag') ?? '';
}

async function change(walk: Walk, { id, access }: Session, etag: string): Promise<void> {
  const patch = { method: 'PATCH', path: `/users/${id}/`, token: access, headers: { 'if-match': etag } } as const;
  await walk({
    title: 'She marries',
    why: 'PATCH changes what it names and leaves the rest. If-Match is optional: the ETag that she read above.',
    request: { ...patch, json: { name: 'Ada Lovelace' } },
    status: 200,
    check: (answer) => demand(textAt(answer, 'name') === 'Ada Lovelace', 'she is called otherwise'),
  });
  await walk({
    title: 'The other tab still has the old record',
    why: 'It would write over the change that it has not seen, and is told so.',
    request: { ...patch, json: { name: 'Ada Byron' } },
    status: 412,
  });
}

async function refresh(walk: Walk, session: Session): Promise<string> {
  const request = { method: 'POST', path: '/token/refresh/', json: { refresh: session.refresh } } as const;
  await walk({
    title: 'A new access token',
    why: 'Access tokens live for minutes. The refresh token is spent here, and a new one comes back with it.',
    request,
    status: 200,
    check: (answer) => demand(textAt(answer, 'refresh') !== session.refresh, 'the refresh token was not rotated'),
  });
  const again = await walk({
    title: 'The spent token once more',
    why: 'A lost answer, or a second tab: for REFRESH_GRACE seconds this is forgiven and rotates nothing. Later it would end the session.',
    request,
    status: 200,
    check: (answer) => void textAt(answer, 'access'),
  });
  return textAt(again, 'access');
}

async function stayOut(walk: Walk, { access }: Session): Promise<void> {
  const grace = newPerson('grace');
  const stranger = await register(walk, grace, 'Grace registers too', 'So that there is somebody else.');
  await walk({
    title: 'Ada asks for Grace’s record',
    why: 'A good token opens its owner’s record. An id that nobody has is answered in the same words, so nothing can be learned.',
    request: { method: 'GET', path: `/users/${stranger}/`, token: access },
    status: 403,
    check: (answer) => demand(textAt(answer, 'code') === 'permission_denied', 'the code is not permission_denied'),
  });
}

async function knockInVain(walk: Walk, { name }: Person): Promise<void> {
  await walk({
    title: 'A wrong password',
    why: 'An unknown name, a wrong password and a closed account get this one answer, after the same time.',
    request: { method: 'POST', path: '/login/', json: { username: name, password: 'open sesame' } },
    status: 401,
    check: (answer) => demand(textAt(answer, 'code') === 'no_active_account', 'the code is not no_active_account'),
  });
  await walk({
    title: 'A token that is none',
    why: 'The gateway would say a bare 403; here a client learns what to do: `code` for programs, WWW-Authenticate as in RFC 6750.',
    request: { method: 'GET', path: '/users/me/', token: 'garbage' },
    status: 401,
    check: ({ headers }) =>
      demand(/invalid_token/.test(headers.get('www-authenticate') ?? ''), 'WWW-Authenticate does not say invalid_token'),
  });
}
