import { passwords } from '#lib/passwords/passwords.ts';
import { passwordHashers } from '#lib/settings/kinds.ts';
import { readStages } from '#local/project.ts';
import { readStageSettings } from '../../plugins/stage-settings.ts';
import { median, type Row } from './row.ts';

const rounds = 21;
const everyHasher = 'bcrypt_sha256,pbkdf2_sha256,pbkdf2_sha1,argon2,scrypt,bcrypt,sha1,md5,unsalted_sha1,unsalted_md5';
const salt = 'abcdefghijklmnopqrstuv';
const salt64 = Buffer.from(salt).toString('base64').replace(/=+$/, '');
const bcrypt = 'QxV5/g8YpXhR2mZ0sTnDLuN8M//T/MwAwzZrsRvtd/CJNcypsetCu';
const tag = 'A'.repeat(43);

/** Hashes that match no password, by the system that would have made them. */
const stored: Readonly<Record<string, string | undefined>> = {
  nobody: undefined,
  'nobody again': undefined,
  unusable: '!',
  'of today': `bcrypt_sha256$$2b$10$${bcrypt}`,
  'bcrypt, cost 8': `bcrypt_sha256$$2b$08$${bcrypt}`,
  md5: `md5$${salt}$${'0'.repeat(32)}`,
  'PBKDF2, Django 1.8': `pbkdf2_sha256$20000$${salt}$${tag}=`,
  'PBKDF2, Django 3.2': `pbkdf2_sha256$260000$${salt}$${tag}=`,
  'scrypt, N 4096': `scrypt$4096$${salt}$8$1$${'A'.repeat(86)}==`,
  'Argon2id, 8 MiB': `argon2$argon2id$v=19$m=8192,t=2,p=1$${salt64}$${tag}`,
  'PBKDF2, Django 5.2': `pbkdf2_sha256$1000000$${salt}$${tag}=`,
  'scrypt, Django 5.2': `scrypt$16384$${salt}$8$5$${'A'.repeat(86)}==`,
  'Argon2id, Django': `argon2$argon2id$v=19$m=102400,t=2,p=8$${salt64}$${tag}`,
  'bcrypt, Django': `bcrypt_sha256$$2b$12$${bcrypt}`,
};

/** The CPU time to refuse a wrong password, for each format of the hash, against that for an unknown name. */
export async function measurePasswords(): Promise<Row[]> {
  const { settings } = readStageSettings(readStages(), 'prod', {});
  const { check } = passwords({ ...settings, PASSWORD_HASHERS: passwordHashers.read(everyHasher) ?? [] });
  const times = new Map<string, number[]>(Object.keys(stored).map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, encoded] of Object.entries(stored)) {
      const start = process.cpuUsage();
      await check('not the password', encoded);
      const { user, system } = process.cpuUsage(start);
      times.get(name)?.push((user + system) / 1000);
    }
  }
  const figure = (name: string) => median(times.get(name) ?? []);
  const isVoid = Math.abs(figure('nobody again') / figure('nobody') - 1) > 0.05;
  return [...times.keys()].slice(1).map((name) => row(name, figure(name), figure('nobody'), isVoid));
}

/** Cheaper formats are padded by times measured on one machine; more expensive ones cannot be. */
function row(subject: string, milliseconds: number, baseline: number, isVoid: boolean): Row {
  const ratio = milliseconds / baseline;
  return {
    measure: 'a wrong password',
    subject,
    figure: `${milliseconds.toFixed(1)} ms`,
    baseline: `${baseline.toFixed(1)} ms`,
    ratio: ratio.toFixed(2),
    budget: '≥ 0.80',
    isMet: isVoid ? 'void' : ratio >= 0.8,
  };
}
