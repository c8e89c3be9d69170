import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { services } from '../../catalog/services';
import { parseSurvey, surveyReaders, type SurveyScope } from '../../catalog/survey';
import { readPrograms } from '../../programs';

const folder = join(__dirname, 'readers');
const scope: SurveyScope = {
  host: 'ctl1',
  roles: ['controller'],
  services,
  programs: readPrograms(),
  targetSource: '',
  loadBalancerSocket: '',
  credentials: '/root/openrc',
  schemaNames: {},
};

interface Printed {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** What real hosts printed in this section, of one on which it can be read. */
function printedIn(id: string, parse: (printed: Printed) => unknown): Printed {
  const section = readdirSync(folder).find((one) => id === one || id.startsWith(`${one}-`)) ?? '';
  const cases = readdirSync(join(folder, section)).flatMap((file) => /^(.*)\.txt$/.exec(file)?.[1] ?? []);
  const found = cases.map((name): Printed => {
    const said = JSON.parse(readFileSync(join(folder, section, `${name}.json`), 'utf8')) as Partial<Printed>;
    const stdout = readFileSync(join(folder, section, `${name}.txt`), 'utf8');
    return { stdout, stderr: said.stderr ?? '', exitCode: said.exitCode ?? 0 };
  });
  const good = found.find((printed) => {
    try {
      parse(printed);
      return printed.stdout !== '' || found.every(({ stdout }) => stdout === '');
    } catch {
      return false;
    }
  });
  if (good === undefined) throw new Error(`no host has printed a section ${id} that can be read`);
  return good;
}

/** A survey of a host with Keystone and Heat alone, put together of what real hosts printed; also where it was asked for services that it has not. */
const survey = Object.entries(surveyReaders(scope))
  .map(([id, reader]) => {
    const { stdout, stderr, exitCode } = printedIn(id, (printed) => reader.parse(printed));
    const mark = '@@openstack-upgrade-survey';
    return `${mark} begin ${id}\n${stdout}\n${mark} said ${id} ${String(exitCode)}\n${stderr}\n${mark} end ${id}\n`;
  })
  .join('');

describe('a survey of a host that has some of the services', () => {
  const facts = parseSurvey({ scope, stdout: survey }).packages;

  it('asked for all of them', () => {
    for (const section of [
      'transport-glance',
      'service-glance',
      'publishing-ceilometer',
      'keys-/etc/keystone/fernet-keys',
    ])
      expect(survey).toContain(` begin ${section}\n`);
  });

  it('has facts of those alone', () => {
    const named = (what: object | undefined): string[] => Object.keys(what ?? {}).sort();
    expect({
      transports: named(facts?.transports),
      schemas: named(facts?.schemas),
      keys: named(facts?.sharedKeys),
      rolling: named(facts?.rollingTransports),
      room: named(facts?.engineRoom),
      publishing: named(facts?.publishing),
      pollsters: named(facts?.pollsters),
      pipelines: named(facts?.pipelines),
      options: named(facts?.options),
    }).toEqual({
      transports: ['heat', 'keystone'],
      schemas: ['heat', 'keystone'],
      keys: ['/etc/keystone/credential-keys', '/etc/keystone/fernet-keys'],
      rolling: ['heat'],
      room: ['heat'],
      publishing: [],
      pollsters: [],
      pipelines: [],
      options: ['/etc/heat/heat.conf', '/etc/keystone/keystone.conf'],
    });
  });
});
