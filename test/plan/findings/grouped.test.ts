import { finding } from '../../../plan/findings/finding';
import { grouped } from '../../../plan/findings/grouped';
import type { Finding } from '../../../schema/plan';

const held = (host: string, text: string, level: Finding['level'] = 'note'): Finding =>
  finding({ what: 'held', level, host, text, remedy: 'Nothing.', sources: ['R-OPS-70'] });

describe('findings of several hosts', () => {
  it('are one where they say the same, with the hosts', () => {
    const all = grouped([
      held('ctl2', 'Held: heat-api.'),
      held('ctl1', 'Held: heat-api.'),
      held('ctl3', 'Held: nginx.'),
    ]);
    expect(all.map(({ id, host, text }) => [id, host, text])).toEqual([
      ['held', null, 'ctl1, ctl2: Held: heat-api.'],
      ['held@ctl3', 'ctl3', 'Held: nginx.'],
    ]);
  });

  it('are one warning as well, which is accepted once, and stay apart where levels or words differ', () => {
    const all = grouped([
      held('ctl1', 'x', 'warning'),
      held('ctl2', 'x', 'warning'),
      held('ctl1', 'x', 'blocker'),
      held('ctl3', 'y', 'warning'),
    ]);
    expect(all.map(({ id, level }) => `${level} ${id}`)).toEqual([
      'warning held',
      'blocker held@ctl1',
      'warning held@ctl3',
    ]);
  });

  it('never have the id of another finding: who accepts one would accept both', () => {
    const ids = (...all: Finding[]): string[] => grouped(all).map(({ id }) => id);
    const two = [held('ctl1', 'x', 'warning'), held('ctl2', 'x', 'warning')];
    expect(ids(...two, held('ctl3', 'y', 'warning'), held('ctl4', 'y', 'warning'))).toEqual([
      'held@ctl1+ctl2',
      'held@ctl3+ctl4',
    ]);
    const hostless = { ...held('ctl1', 'z', 'warning'), id: 'held', host: null };
    expect(ids(hostless, ...two)).toEqual(['held', 'held@ctl1+ctl2']);
  });
});
