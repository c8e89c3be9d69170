import { createHash } from 'node:crypto';
import { nothingMoreIsLost, whatIsLost } from '../../../plan/commands/objects';
import { lostObjectsIn, type LostObjects } from '../../../schema/lost-objects';
import { lookAt, readAt } from '../violated-probes';

const sum = (text: string): string => createHash('sha256').update(text).digest('hex');
const question = "SELECT 'stack', id, name FROM stack;\n";

/** What the database host kept with the dump, and what its server answers now: rows of `noun, id, name`. */
function lost(options: { then: string; now: string; sealed?: string }): LostObjects {
  const { then, now, sealed = then } = options;
  const files = { objects: then, 'objects.sql': question, 'objects.at': '2026-11-30 03:12:05\n' };
  const seal = Object.entries({ ...files, objects: sealed }).map(([name, text]) => `${sum(text)}  ${name}\n`);
  const { code, stdout } = readAt({
    probe: whatIsLost({ databases: ['heat'] }),
    violation: {
      commands: { mariadb: `cat <<'END'\n${now}END` },
      pointFiles: {
        ...Object.fromEntries(Object.entries(files).map(([name, text]) => [`db/heat/${name}`, text])),
        'db/heat/objects.SHA256SUMS': seal.join(''),
      },
      said: '',
    },
  });
  expect(code).toBe(0);
  return lostObjectsIn(stdout);
}

describe('the list of what a rollback takes away', () => {
  const old = 'stack\t1\told\n';
  const kept = 'stack\t2\tkept\n';

  it('names what came and what went, and since when', () => {
    expect(lost({ then: `${old}${kept}`, now: `${kept}stack\t3\tnew\n` })).toEqual({
      kinds: [
        { what: 'created', noun: 'stack', count: 1, names: ['new'] },
        { what: 'deleted', noun: 'stack', count: 1, names: ['old'] },
      ],
      unknown: [],
      since: '2026-11-30 03:12:05',
    });
  });

  it('does not count what a run has made to prove the service by', () => {
    const sample = 'measured resource\t~7\topenstack-upgrade-canary-6c1f\n';
    expect(lost({ then: kept, now: `${sample}${kept}stack\t4\topenstack-upgrade-canary-run-1\n` }).kinds).toEqual([]);
  });

  it('says that it cannot tell where the list of then was changed', () => {
    expect(lost({ then: kept, now: kept, sealed: old })).toEqual({ kinds: [], unknown: ['heat'], since: null });
  });
});

/** The same question as above, once everything is closed: `accepted` is the full list that a person was shown. */
describe('the last look before a restore', () => {
  const look = (options: { accepted: string; now: string; planned?: string }): ReturnType<typeof lookAt> => {
    const files = { objects: '', 'objects.sql': question, 'objects.at': '2026-11-30 03:12:05\n' };
    const seal = Object.entries(files).map(([name, text]) => `${sum(text)}  ${name}\n`);
    return lookAt({
      probe: nothingMoreIsLost({ databases: ['gnocchi'], sha256: options.planned ?? null }),
      violation: {
        commands: { mariadb: `cat <<'END'\n${options.now}END` },
        pointFiles: {
          ...Object.fromEntries(Object.entries(files).map(([name, text]) => [`db/gnocchi/${name}`, text])),
          'db/gnocchi/objects.SHA256SUMS': seal.join(''),
          'db/lost-run-1': `@\tgnocchi\t2026-11-30 03:12:05\n${options.accepted}`,
        },
        said: '',
      },
    });
  };
  const accepted = '+\tstack\t1\tweb\n+\tmeasured resource\t~a1\tvm1\n';

  it('does not ask again about what comes by itself', () => {
    const now = 'measured resource\t~a1\tvm1\nmeasured resource\t~b2\tvm2\nstack\t1\tweb\n';
    expect(look({ accepted, now }).code).toBe(0);
  });

  it('does not ask again where less is lost than was accepted: Heat may still have deleted a project', () => {
    const project = '+\tproject\t9\theat-of-a-canary\n';
    expect(look({ accepted: `${project}${accepted}`, now: 'stack\t1\tweb\n' }).code).toBe(0);
    expect(look({ accepted: project, now: '' }).code).toBe(0);
  });

  it('asks again about all of it where nothing was lost when it was shown', () => {
    expect([look({ accepted: '', now: '' }).code, look({ accepted: '', now: 'stack\t1\tweb\n' }).code]).toEqual([0, 1]);
  });

  describe('of a rollback that was planned by itself, bound by the sum of its list', () => {
    const at = '@\tgnocchi\t2026-11-30 03:12:05\n';
    const web = '+\tstack\t1\tweb\n';
    const codes = (options: { accepted: string; planned: string }): (number | null)[] =>
      ['', 'stack\t1\tweb\n', 'stack\t1\tweb\nstack\t2\tshop\n'].map((now) => look({ ...options, now }).code);

    it('asks about more, and not about less', () => {
      expect(codes({ accepted: web, planned: sum(`${at}${web}`) })).toEqual([0, 0, 1]);
    });

    it('asks about every difference where its list is not the one that was accepted', () => {
      expect(codes({ accepted: '+\tstack\t2\tshop\n', planned: sum(`${at}${web}`) })).toEqual([1, 0, 1]);
    });
  });

  it('asks again about what users created since', () => {
    const { code, lastLine } = look({ accepted, now: 'measured resource\t~a1\tvm1\nstack\t1\tweb\nstack\t2\tshop\n' });
    expect(code).toBe(1);
    expect(lastLine).toMatch(/^the lists differ from those that were approved; now: .*\+ stack 2 web, shop$/);
  });
});
