import type { HostFacts } from '../../catalog/facts';
import { toyPartialPlan } from '../support/planned';
import { stuckStack, violated, withoutUnit } from './violated-clouds';

const said = (options: Parameters<typeof toyPartialPlan>[0]): string[] =>
  toyPartialPlan(options)
    .findings.filter(({ level }) => level !== 'note')
    .map(({ level, id }) => `${level} ${id}`);

describe('findings of a rolling upgrade', () => {
  it('has two notes for a healthy cloud, and nothing to accept', () => {
    const plan = toyPartialPlan({});
    expect(plan.findings.map(({ level, id }) => `${level} ${id}`)).toEqual([
      'note old-vhost-stays',
      'note serves-alone',
    ]);
    expect(plan.phases).toHaveLength(14);
  });

  it.each(violated)('says what it sees: %s', (_, options, expected) => {
    expect(said(options)).toEqual(expected);
  });

  const guide = { options: { rolling: { order: 'guide' } } };
  const noRoom = (host: HostFacts): HostFacts => ({
    ...host,
    packages:
      host.packages === null
        ? null
        : { ...host.packages, engineRoom: { heat: { availableBytes: 100e6, engineBytes: 120e6 } } },
  });

  it.each<[string, Parameters<typeof toyPartialPlan>[0], string]>([
    ['there is room for a side engine', { request: guide }, 'ctl2 has room for a second engine: leave out'],
    [
      'there is none',
      { request: guide, change: noRoom },
      'No host has room for a second engine, so this order is right',
    ],
  ])("lets a person accept what the guide's order risks: %s", (_, options, remedy) => {
    const { findings } = toyPartialPlan(options);
    expect(said(options)).toEqual(['warning engine-stops-in-use']);
    expect(findings.find(({ id }) => id === 'engine-stops-in-use')?.remedy).toContain(remedy);
  });

  it("asks of the first and the last host that they have every API, in the guide's order: one serves alone, one rolls back", () => {
    const three = { controllers: ['ctl1', 'ctl2', 'ctl3'], request: guide };
    expect(said({ ...three, change: withoutUnit('ctl2', 'heat-api-cfn') })).toEqual(['warning engine-stops-in-use']);
    expect(said({ ...three, change: withoutUnit('ctl3', 'heat-api-cfn') })).toEqual([
      'blocker api-missing-heat-api-cfn@ctl3',
      'warning engine-stops-in-use',
    ]);
    expect(said({ ...three, change: withoutUnit('ctl1', 'heat-api-cfn') })).toEqual([
      'blocker api-missing-heat-api-cfn@ctl1',
      'warning engine-stops-in-use',
    ]);
  });

  it('does not wait for a stuck stack that a person accepted', () => {
    const plan = toyPartialPlan(stuckStack);
    const steps = plan.phases.flatMap(({ batches }) => batches.flatMap(({ steps: all }) => all));
    const taken = steps.filter(({ id }) => id.startsWith('heat/switched-'));
    expect(taken).toHaveLength(2);
    for (const step of taken)
      expect(step).toMatchObject({ script: expect.stringContaining('accepted=5c1d') as string });
  });
});
