import { beginningOf, type Beginning } from '../../activities/beginning';
import { packPlan } from '../../activities/packed-plan';
import { writeRunbookFiles } from '../../activities/runbook-files';
import type { Reach } from '../../activities/reach';
import { createRootShell, type Transport } from '../../remote';
import { renderRunbook } from '../../plan/render/runbook';
import type { BeginInput } from '../../schema/activities';
import { toyCloud } from '../../testing/toy-survey';
import { toyPlan } from '../support/planned';
import { toyInput } from '../support/run';

const plan = toyPlan({ controllers: ['ctl1', 'ctl2'] });
const input: BeginInput = {
  digest: 'd1ge57',
  workflowId: 'cedar.all.full.bobcat',
  approval: {
    gate: 'k7f3a9',
    about: { kind: 'plan', digest: 'd1ge57' },
    choice: 'approve',
    by: 'ana',
    reason: '',
    accept: [],
    via: 'update',
    at: '2026-11-21T03:04:05.678Z',
  },
};

/** Fake hosts: they obey everything and keep what is written on them. */
function obedientHosts(): { reach: Reach; written: Record<string, Readonly<Record<string, string>>> } {
  const written: Record<string, Readonly<Record<string, string>>> = {};
  const transport: Transport = {
    exec: () => Promise.resolve({ exitCode: 0, stdout: 'way=root\n', stderr: '' }),
    close: () => Promise.resolve(),
  };
  const keep: Reach['jobs']['writeFiles'] = ({ host, files }) => {
    const texts = Object.entries(files).flatMap(([path, text]) => (typeof text === 'string' ? [[path, text]] : []));
    written[host] = Object.fromEntries(texts) as Record<string, string>;
    return Promise.resolve();
  };
  return {
    reach: {
      cloud: toyCloud(['ctl1', 'ctl2']),
      transport,
      root: createRootShell({ transport }),
      jobs: { writeFiles: keep } as Reach['jobs'],
    },
    written,
  };
}

async function writtenOn(beginning: Beginning): Promise<ReturnType<typeof obedientHosts>['written']> {
  const { reach, written } = obedientHosts();
  await Promise.all(['ctl1', 'db1'].map((host) => writeRunbookFiles({ reach, input: beginning, host })));
  return written;
}

describe('the files of a run', () => {
  it('are the texts that were approved, whatever this worker would render today', async () => {
    const runbook = 'What another release rendered, and ana read.\n';
    expect(renderRunbook({ plan, stories: null })).not.toBe(runbook);
    const packed = packPlan({ plan, digest: input.digest, runbook });
    const { ctl1, db1 } = await writtenOn(beginningOf({ input, packed }));
    expect([ctl1?.['RUNBOOK.txt'], db1?.['RUNBOOK.txt']]).toEqual([runbook, runbook]);
    expect([db1?.['plan.json'], db1?.['digest']]).toEqual([JSON.stringify(plan), input.digest]);
    expect(ctl1).not.toHaveProperty('digest');
  });

  it('have on the lock host what was expected, for a rollback of its own', async () => {
    const times = toyInput.times!;
    const packed = packPlan({ plan, digest: input.digest, runbook: '', times });
    const { ctl1, db1 } = await writtenOn(beginningOf({ input, packed }));
    expect(JSON.parse(String(db1?.['times.json']))).toEqual(times);
    expect(ctl1).not.toHaveProperty('times.json');
    const earlier = await writtenOn(
      beginningOf({ input, packed: packPlan({ plan, digest: input.digest, runbook: '' }) }),
    );
    expect(earlier['db1']).not.toHaveProperty('times.json');
  });

  it('have a runbook also where the first workers sent a plan without one', async () => {
    const { ctl1 } = await writtenOn(beginningOf({ input: { ...input, plan }, packed: undefined }));
    expect(ctl1?.['RUNBOOK.txt']).toBe(renderRunbook({ plan, stories: null }));
  });
});
