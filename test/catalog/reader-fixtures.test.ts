import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSurvey, surveyReaders, type SurveyScope } from '../../catalog/survey';
import { services } from '../../catalog/services';
import { readPrograms } from '../../programs';

/**
 * Real output of real programs, and what the product makes of it. A case is two files in `readers/<section>/`:
 * `<case>.txt` is stdout exactly as the reader's script printed it; `<case>.json` says where it comes from, what else
 * the script left behind (`stderr`, `exitCode`; nothing and 0 unless they are there) and the fact. `readers/README.md`
 * says how to add one.
 */
interface Fixture {
  readonly source: string;
  readonly stderr?: string;
  readonly exitCode?: number;
  readonly fact: unknown;
}

const folder = join(__dirname, 'readers');

/** A host with every role, so that every reader there is has its section. */
const scope: SurveyScope = {
  host: 'all1',
  roles: ['controller', 'database', 'message-broker', 'load-balancer'],
  services,
  programs: readPrograms(),
  targetSource: 'Types: deb\nURIs: http://packages.example/\nSuites: bobcat\nSigned-By: /etc/apt/keyrings/cloud.gpg\n',
  loadBalancerSocket: '/run/haproxy/admin.sock',
  credentials: '/root/openrc',
  schemaNames: { heat: 'heat', keystone: 'keystone' },
};
const readers = Object.entries(surveyReaders(scope));
const sections = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'survey')
  .map(({ name }) => name);

/** Sections of one family differ only in what they are asked for: `debt` is every `debt-...`. */
const ofSection = (section: string, id: string): boolean => id === section || id.startsWith(`${section}-`);

const casesOf = (section: string): string[] =>
  readdirSync(join(folder, section)).flatMap((file) => /^(.*)\.txt$/.exec(file)?.[1] ?? []);

const read = (section: string, name: string): Fixture & { readonly stdout: string } => ({
  ...(JSON.parse(readFileSync(join(folder, section, `${name}.json`), 'utf8')) as Fixture),
  stdout: readFileSync(join(folder, section, `${name}.txt`), 'utf8'),
});

/** Facts cross to the planner as JSON; a reader that throws says that the host cannot be judged. */
const factOf = (parse: () => unknown): unknown => {
  try {
    return JSON.parse(JSON.stringify(parse()));
  } catch (error) {
    return { unreadable: (error as Error).message };
  }
};

describe.each(sections)('%s, as hosts print it', (section) => {
  const [, reader] = readers.find(([id]) => ofSection(section, id)) ?? [];

  it.each(casesOf(section))('%s', (name) => {
    const { source, stdout, stderr = '', exitCode = 0, fact } = read(section, name);
    expect(source).not.toBe('');
    expect(factOf(() => reader?.parse({ stdout, stderr, exitCode }))).toEqual(fact);
  });
});

describe('a whole survey, as a host prints it', () => {
  it.each(casesOf('survey'))('%s', (name) => {
    const { stdout, fact } = read('survey', name);
    expect(factOf(() => parseSurvey({ scope, stdout }))).toEqual(fact);
  });
});

it('holds output of a real host for every reader there is', () => {
  expect(readers.map(([id]) => id).filter((id) => !sections.some((section) => ofSection(section, id)))).toEqual([]);
});
