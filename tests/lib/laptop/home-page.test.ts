import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { firstSteps } from '#lib/laptop/first-steps.ts';
import type { Home } from '#lib/laptop/home.ts';
import { homePage } from '#lib/laptop/home-page.ts';
import { viewHome } from '#lib/laptop/home-view.ts';
import { pageHeaders } from '#lib/laptop/page.ts';
import { showHome } from '#lib/laptop/show-home.ts';
import { memoryDirectoryStore } from '../../stores/directory-store.memory.ts';
import { memoryTables } from '../../stores/memory-tables.ts';
import { madeSettings } from '../made-settings.ts';
import { madeUser } from '../users/made-user.ts';

const ada = madeUser({ username: 'ada', name: 'Ada Lovelace', email: 'ada@example.com' });
const home: Home = {
  name: 'Gatehouse',
  stage: 'local',
  url: 'http://localhost:3000',
  codeCheck: 'off',
  users: [ada],
  hasMoreUsers: false,
};
const textOf = (html: string) =>
  html
    .replace(/<[^>]*>/g, '')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
const commandsOf = (page: string) => [...page.matchAll(/<pre>(.*?)<\/pre>/gs)].map(([, html = '']) => textOf(html));

describe('the page at /', () => {
  test('has the commands exactly as they are copied', () => {
    const commands = commandsOf(homePage(home, 'en'));
    expect(commands).toEqual(expect.arrayContaining([...firstSteps(home.url), 'npm run createsuperuser']));
    expect(commands).toContain(`curl -s ${home.url}/codes/ -d channel=email -d to=ada@example.com -d purpose=login`);
  });

  test('runs its own script, has its own style, and loads nothing from elsewhere', () => {
    const page = homePage(home, 'en');
    const policy = pageHeaders()['content-security-policy'] ?? '';
    const hashOf = (element: string) => {
      const [, content = ''] = new RegExp(`<${element}>([\\s\\S]*?)</${element}>`).exec(page) ?? [];
      return createHash('sha256').update(content).digest('base64');
    };
    expect(policy).toContain(`script-src 'sha256-${hashOf('script')}';`);
    expect(policy).toContain(`style-src 'sha256-${hashOf('style')}';`);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-src 'none'");
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(page).not.toMatch(/ style=| on\w+=|(src|href)="(https?:)?\/\//);
  });

  test('leads to the outbox, the API description and the health, under the prefix of the stage', () => {
    for (const [url, prefix] of [
      ['http://localhost:3000', ''],
      ['http://localhost:3000/accounts', '/accounts'],
    ] as const) {
      const page = homePage({ ...home, url }, 'en');
      for (const path of ['/dev/outbox/', '/openapi.json', '/health/', '/favicon.ico']) expect(page).toContain(`href="${prefix}${path}"`);
    }
  });

  test('shows users with their roles and whether they are active', () => {
    const users = [
      { ...ada, isSuperuser: true },
      { ...madeUser({ roles: ['staff', 'auditor'] }), isActive: false },
    ];
    const page = homePage({ ...home, users }, 'en');
    const rows = [...page.matchAll(/<tr>.*?<\/tr>/gs)].slice(1).map(([row]) => textOf(row).replace(/\s+/g, ' '));
    expect(rows[0]).toBe('Ada Lovelace ada ada@example.com superuser 2099-05-01 08:00 UTC');
    expect(rows[1]).toContain('staff auditor suspended');
  });

  test('says how to add the first user, and where the other users are', () => {
    expect(homePage({ ...home, users: [] }, 'en')).toContain('There are no users yet.');
    expect(homePage({ ...home, users: [] }, 'zh-CN')).toContain('还没有用户');
    expect(homePage(home, 'en')).not.toContain('npm run users -- list');
    expect(homePage({ ...home, hasMoreUsers: true }, 'en')).toContain('npm run users -- list');
  });

  test('shows every user input as text', () => {
    const evil = '<script>alert(1)</script>"><img src=x onerror=alert(1)>&lt;\u202e';
    const user = { ...madeUser(), id: evil, name: evil, username: evil, email: evil, roles: [evil] };
    for (const language of ['en', 'zh-CN'] as const) {
      const page = homePage({ ...home, name: evil, users: [user] }, language);
      expect(page).not.toContain('<script>alert');
      expect(page).not.toContain('<img');
      expect(page.match(/<bdi>&lt;script&gt;alert\(1\)&lt;\/script&gt;&quot;&gt;/g)).toHaveLength(4);
    }
  });

  test('speaks Chinese', () => {
    const page = homePage(home, 'zh-CN');
    expect(page).toContain('<html lang="zh-CN">');
    expect(page).toContain('最新用户');
    expect(page).not.toContain('Newest users');
  });

  test.for([
    ['off', 'HUMAN_CHECK_CODES=always npm start'],
    ['when-pressed', 'HUMAN_CHECK_CODES=off npm start'],
    ['always', 'HUMAN_CHECK_CODES=off npm start'],
  ] as const)('tells how to change human checks that are %s', ([codeCheck, command]) => {
    expect(commandsOf(homePage({ ...home, codeCheck }, 'en'))).toContain(command);
  });
});

describe('the JSON at /', () => {
  test('has what the page shows and nothing else', () => {
    const view = viewHome(home);
    expect(view.first_steps).toEqual(firstSteps(home.url));
    expect(view.users).toEqual([
      {
        ...{ id: ada.id, username: 'ada', name: 'Ada Lovelace', email: 'ada@example.com', roles: [] },
        ...{ is_active: true, is_superuser: false, date_joined: '2099-05-01T08:00:00.000Z' },
      },
    ]);
    expect(JSON.stringify(view)).not.toMatch(/bcrypt|password"/);
  });
});

describe('the newest users', () => {
  const tables = memoryTables();
  const users = Array.from({ length: 21 }, (_, index) => ({
    ...madeUser(),
    dateJoined: new Date(Date.UTC(2099, 0, 1, 0, 0, (index * 8) % 21)),
  }));
  for (const user of users) tables.users.set(user.id, user);
  const needs = { directory: memoryDirectoryStore(tables), settings: madeSettings({ STAGE: 'local', API_PREFIX: '/accounts' }) };
  const asked = (headers: Record<string, string>) => showHome(needs, (name) => headers[name]);

  test('are at most twenty, newest first, with a mark if there are more', async () => {
    const shown = await asked({ host: 'localhost:4000' });
    const newestFirst = users.map(({ dateJoined }) => dateJoined.getTime()).sort((one, other) => other - one);
    expect(shown.users.map(({ dateJoined }) => dateJoined.getTime())).toEqual(newestFirst.slice(0, 20));
    expect(shown).toMatchObject({ name: 'Gatehouse', stage: 'local', url: 'http://localhost:4000/accounts', hasMoreUsers: true });
  });

  test('are shown to this machine only', async () => {
    for (const headers of [{ host: 'evil.example' }, { host: 'localhost:4000', origin: 'http://localhost:5173' }])
      await expect(asked(headers as unknown as Record<string, string>)).rejects.toMatchObject({ code: 'permission_denied' });
  });
});
