import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { labPlaces } from '../machine/places';

const names = [
  'database',
  'admin',
  'heat',
  'heatDomainAdmin',
  'encryptionKey',
  'monitor',
  'rabbit',
  'extraServices',
] as const;

/** The passwords of the throw-away cloud, made once per lab directory. */
export type Secrets = Readonly<Record<(typeof names)[number], string>>;

export function labSecrets(): Secrets {
  const { keys } = labPlaces();
  const file = join(keys, 'secrets.json');
  const kept = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Partial<Secrets>) : {};
  if (isComplete(kept)) return kept;
  mkdirSync(keys, { recursive: true, mode: 0o700 });
  const made = Object.fromEntries(names.map((name) => [name, randomBytes(16).toString('hex')])) as Record<
    keyof Secrets,
    string
  >;
  // `@` and `%` have to be encoded in a transport_url: a cloud that has them shows whether everybody does so.
  const secrets: Secrets = { ...made, rabbit: `lab@50%${made.rabbit.slice(0, 12)}`, ...kept };
  writeFileSync(file, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
  return secrets;
}

/** A directory of an older lab may lack a password. */
const isComplete = (secrets: Partial<Secrets>): secrets is Secrets =>
  names.every((name) => secrets[name] !== undefined);
