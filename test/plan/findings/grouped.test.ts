import { finding } from '../../../plan/findings/finding';
import { grouped } from '../../../plan/findings/grouped';
import type { Finding } from '../../../schema/plan';

const held = (host: string, text: string, level: Finding['level'] = 'note'): Finding =>
  finding({ what: 'held', level, host, text, remedy: 'Nothing.', sources: ['R-OPS-70'] });

describe('findings of several hosts', () => {
  it('are one note where they say the same, with the hosts', () => {
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

  it('stay apart where a person accepts or mends them by their ids', () => {
    const warnings = [held('ctl1', 'x', 'warning'), held('ctl2', 'x', 'warning'), held('ctl1', 'x', 'blocker')];
    expect(grouped(warnings)).toEqual(warnings);
  });
});
