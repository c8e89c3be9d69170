import type { Kind } from '../../schema/names';
import { checkDropRequest, checkPreflightRequest, checkRequest } from '../../schema/request';
import { approve, checkMessage } from '../../schema/messages';

const sentence = (raw: unknown, kind: Kind = 'full'): string => {
  const checked = checkRequest(raw, kind);
  if (checked.ok) throw new Error('expected a refusal');
  return checked.sentence;
};

describe('checkRequest', () => {
  it('takes the small JSON of the README', () => {
    expect(checkRequest({ cloud: 'cedar', to: 'bobcat' }, 'full')).toEqual({
      ok: true,
      value: { cloud: 'cedar', to: 'bobcat', options: { gates: [], openAutomatically: false } },
    });
  });

  it('lists every wrong path at once, with the nearest right key', () => {
    expect(sentence({ clowd: 'x', to: 'Bobcat', services: [] })).toBe(
      'The request cannot be used: cloud: is missing; it must be a string; to: a series in lower case, as in "bobcat"; ' +
        'services: Too small: expected array to have >=1 items; clowd: is not a known key; did you mean "cloud"? ' +
        'Nothing was changed. Example: {"cloud":"cedar","to":"bobcat","services":["keystone","heat"]}',
    );
  });

  it.each([[undefined], [null], ['{"cloud":"cedar"}'], [[1]], [7]])('refuses %j with a sentence', (raw) => {
    expect(sentence(raw)).toMatch(/^The request cannot be used: .+ Example: /);
  });

  const rolling = (words: object): object => ({ cloud: 'cedar', to: 'bobcat', options: { rolling: words } });

  it.each([
    [{}, { order: 'sideEngine' }],
    [{ keeper: ['ctl2', 'ctl3'] }, { order: 'sideEngine', keeper: ['ctl2', 'ctl3'] }],
    [{ order: 'guide' }, { order: 'guide', apis: 'upgrade' }],
    [
      { order: 'venv', wheelhouse: '/srv/w' },
      { order: 'venv', wheelhouse: '/srv/w' },
    ],
    // As earlier releases wrote them.
    [{ side: ['ctl2'] }, { order: 'sideEngine', keeper: ['ctl2'] }],
    [
      { order: 'guide', newCode: 'packages' },
      { order: 'guide', apis: 'upgrade' },
    ],
    [
      { order: 'guide', newCode: 'venv', wheelhouse: '/srv/w' },
      { order: 'venv', wheelhouse: '/srv/w' },
    ],
  ])('takes %j for the order %j, and its own words for themselves', (words, order) => {
    const wanted = { ...order, removeOldVhost: false };
    const read = (raw: object): unknown => checkRequest(rolling(raw), 'partial');
    expect(read(words)).toMatchObject({ ok: true, value: { options: { rolling: wanted } } });
    expect(read(wanted)).toEqual(read(words));
  });

  it('takes names of units that are restarted, or all, and says what a name is', () => {
    const restart = (words: unknown): object => ({ cloud: 'cedar', to: 'bobcat', options: { restart: words } });
    expect(checkRequest(restart(['gnocchi-metricd', 'ceilometer-polling@1']), 'full')).toMatchObject({ ok: true });
    expect(checkRequest(restart('all'), 'partial')).toMatchObject({ value: { options: { restart: 'all' } } });
    expect(sentence(restart(['gnocchi-metricd.service']))).toContain('"gnocchi-metricd"');
  });

  it('has no such words for a full upgrade', () => {
    expect(sentence(rolling({ keeper: ['ctl2'] }), 'full')).toContain(
      'options.rolling: only openstackPartialUpgrade upgrades host by host; start that workflow, or remove this option. Nothing was changed.',
    );
  });

  it.each([
    [{ keepers: ['ctl2'] }, 'options.rolling.keepers: is not a known key; did you mean "keeper"?'],
    [
      { order: 'guide', keeper: ['ctl2'] },
      'options.rolling.keeper: order "guide" has no side engine; leave out keeper, or order',
    ],
    [
      { apis: 'switchFirst' },
      'options.rolling.apis: "switchFirst" needs order "guide": in the other orders no other API has a vhost to join.',
    ],
    [{ order: 'venv' }, 'options.rolling.wheelhouse: order "venv" needs it: the directory on the first host'],
    [
      { order: 'guide', wheelhouse: '/srv/w' },
      'options.rolling.wheelhouse: only order "venv" reads wheels; leave it out, or write "order": "venv"',
    ],
    [{ order: 'venv', wheelhouse: '/srv/w', apis: 'switchFirst' }, 'options.rolling.apis: "switchFirst" needs order'],
    [{ order: 'printed' }, 'options.rolling.order: Invalid option: expected one of "sideEngine"|"guide"|"venv"'],
    [{ removeOldVhost: 'yes' }, 'options.rolling.removeOldVhost: Invalid input: expected boolean'],
    [{ keeper: [] }, 'options.rolling.keeper: Too small: expected array to have >=1 items'],
    [{ keeper: ['CTL2'] }, 'options.rolling.keeper.0: lower-case letters, digits and "-", as in "ctl1"'],
    [{ newCode: 'venv', wheelhouse: '/srv/w' }, 'options.rolling.newCode: "venv" is an order of its own'],
    [
      { order: 'venv', wheelhouse: '/srv/w', newCode: 'packages' },
      'options.rolling.newCode: order "venv" takes the new code from wheels first; leave out newCode',
    ],
    [
      { side: ['ctl1'], keeper: ['ctl2'] },
      'options.rolling.side: is the earlier name of keeper; leave one of them out',
    ],
  ])('says what is wrong with %j', (words, expected) => {
    expect(sentence(rolling(words), 'partial')).toContain(expected);
  });
});

describe('the order of agents', () => {
  const reason = 'CHG-2207: collectors stay until Thursday';
  const agents = (words: object): object => ({ cloud: 'cedar', to: 'pike', options: { agents: words } });

  it('is taken with its reason, whose lines become one', () => {
    const order = ['database', 'polling', 'notification'];
    expect(
      checkRequest(agents({ order, reason: ' CHG-2207:\n  collectors stay until Thursday ' }), 'partial'),
    ).toMatchObject({
      ok: true,
      value: { options: { agents: { order, reason } } },
    });
  });

  it.each([
    [
      { order: ['polling', 'database'], reason },
      'options.agents.order: "database" comes first, whatever the rest (R-CEIL-2).',
    ],
    [
      { order: [], reason },
      'options.agents.order: "database" comes first, whatever the rest (R-CEIL-2); options.agents.order: names no agent',
    ],
    [{ order: ['database'], reason }, 'options.agents.order: names no agent: write all parts that the cloud has'],
    [{ order: ['database', 'api', 'polling', 'api'], reason }, 'options.agents.order: names api twice'],
    [
      { order: ['database', 'central'], reason },
      'options.agents.order.1: "central" is no part; write database, collector, notification, polling, api',
    ],
    [{ order: ['database', 'polling'] }, 'options.agents.reason: is missing; say why it is another order'],
    [{ reason }, 'options.agents.order: is missing; reason says why it is another one'],
    [{}, 'options.agents.computes: is missing; write computes, or order and reason'],
    [{ computes: 'upgraded' }, 'options.agents.computes: "upgraded" is no choice; write upgrade, stop, leave'],
    [{ computes: 'stop' }, 'options.agents.computes: "stop" is of openstackFullUpgrade alone'],
    [
      { order: ['database', 'polling'], reason: '   because            ' },
      'options.agents.reason: say in at least 20 letters why: plan, approval and report have this text',
    ],
    [{ order: ['database', 'polling'], reason: 'x'.repeat(501) }, 'options.agents.reason: is longer than 500 letters'],
    [
      { order: ['database', 'polling'], reasons: reason },
      'options.agents.reasons: is not a known key; did you mean "reason"?',
    ],
  ])('says what is wrong with %j', (words, expected) => {
    expect(sentence(agents(words), 'partial')).toContain(expected);
  });

  it('has no meaning in a full upgrade, in which all stop', () => {
    const words = agents({ order: ['database', 'polling'], reason });
    expect(sentence(words, 'full')).toContain(
      'options.agents.order: only openstackPartialUpgrade upgrades host by host',
    );
    const preflight = checkPreflightRequest(words);
    expect(preflight.ok ? '' : preflight.sentence).toContain('options.agents.order: add "kind":"partial"');
  });

  it.each<['full' | 'partial', string]>([
    ['full', 'upgrade'],
    ['full', 'stop'],
    ['full', 'leave'],
    ['partial', 'upgrade'],
    ['partial', 'leave'],
  ])('of compute hosts, %s: %s', (kind, computes) => {
    const words = agents({ computes });
    expect(checkRequest(words, kind)).toMatchObject({ ok: true, value: { options: { agents: { computes } } } });
    expect(checkPreflightRequest({ ...words, kind })).toMatchObject({ ok: true, value: { kind } });
  });
});

describe('checkPreflightRequest', () => {
  const wish = { cloud: 'cedar', to: 'bobcat' };

  it.each([
    [wish, 'full'],
    [{ ...wish, kind: 'full' }, 'full'],
    [{ ...wish, kind: 'partial', options: { rolling: { keeper: ['ctl2'] } } }, 'partial'],
  ])('knows of %j which upgrade it asks about', (raw, kind) => {
    expect(checkPreflightRequest(raw)).toMatchObject({ ok: true, value: { request: wish, kind } });
  });

  it.each([
    [{ ...wish, kind: 'rolling' }, 'kind: Invalid option: expected one of "full"|"partial"'],
    [{ ...wish, knd: 'partial' }, 'knd: is not a known key; did you mean "kind"?'],
    [
      { ...wish, options: { rolling: { side: ['ctl2'] } } },
      'options.rolling: add "kind":"partial" to check a rolling upgrade, or remove this option',
    ],
  ])('says what is wrong with %j', (raw, expected) => {
    const checked = checkPreflightRequest(raw);
    expect(checked.ok ? '' : checked.sentence).toContain(expected);
  });
});

describe('checkDropRequest', () => {
  const run = '309846d1-df61-46da-a754-662d5af1b071';
  it.each([{ restorePoints: [run] }, { olderThanDays: 30 }])('takes %j', (which) => {
    expect(checkDropRequest({ cloud: 'cedar', by: 'ana', ...which }).ok).toBe(true);
  });

  it.each([
    [{ by: 'ana' }, 'exactly one of the two'],
    [{ by: 'ana', restorePoints: [run], olderThanDays: 30 }, 'exactly one of the two'],
    [{ by: 'ana', restorePoints: ['latest'] }, 'the id of a run'],
    [{ restorePoints: [run] }, 'by: is missing'],
  ])('refuses %j: nothing is deleted by accident', (raw, sentence) => {
    const checked = checkDropRequest({ cloud: 'cedar', ...raw });
    expect(checked.ok ? '' : checked.sentence).toContain(sentence);
  });
});

describe('checkMessage', () => {
  it('shows a right message beside what is wrong', () => {
    expect(checkMessage({ schema: approve, name: 'approve', raw: { gate: 'k7f3a9', bye: 'ana' } })).toEqual({
      ok: false,
      sentence:
        'approve was not understood (by: is missing; it must be a string; bye: is not a known key; did you mean "by"?). ' +
        'Nothing changed. Paste, for example: {"gate":"k7f3a9","by":"ana","reason":"CHG-1042","accept":[]}',
    });
  });
});
