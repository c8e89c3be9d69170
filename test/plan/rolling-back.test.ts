import { phasesBack, type Phase, type Plan } from '../../schema/plan';
import { applyStep, modelOf, stepsOf, type RollingModel } from './rolling-model';
import { enginesApart, toyPartialPlan } from './toy-cloud';

const two = ['ctl1', 'ctl2'];
const four = ['ctl1', 'ctl2', 'ctl3', 'ctl4'];
const apart = { apis: two, engines: ['eng1', 'eng2', 'eng3'] };
const clouds: readonly [string, Plan, { readonly apis: readonly string[]; readonly engines: readonly string[] }][] = [
  ['two controllers', toyPartialPlan({}), { apis: two, engines: two }],
  ['four controllers', toyPartialPlan({ controllers: four }), { apis: four, engines: four }],
  ['engines apart', toyPartialPlan({ controllers: [...two, ...apart.engines], change: enginesApart }), apart],
  [
    'two side hosts',
    toyPartialPlan({ controllers: four, request: { options: { rolling: { side: ['ctl3', 'ctl4'] } } } }),
    { apis: four, engines: four },
  ],
  [
    "the guide's order",
    toyPartialPlan({ controllers: four, request: { options: { rolling: { order: 'guide' } } } }),
    { apis: four, engines: four },
  ],
  [
    "the guide's order, two controllers",
    toyPartialPlan({ request: { options: { rolling: { order: 'guide' } } } }),
    { apis: two, engines: two },
  ],
];

/**
 * A model of the cloud is taken through every step of the plan: which process runs where, with which code, on which
 * vhost, who gets requests, and on which vhost users' work may be.
 */
describe.each(clouds)('a rolling upgrade of %s', (_, plan, cloud) => {
  it('never leaves nobody to serve, two releases on a vhost, or an engine with work', () => {
    const model = modelOf(cloud);
    expect(plan.phases.flatMap((phase) => walk({ model, phase }))).toEqual([]);
    expect(Object.values(model.hosts).map(({ code }) => code)).not.toContain('installed');
  });

  it('goes back from every step of every phase to exactly what was', () => {
    const model = modelOf(cloud);
    const before = JSON.stringify(plain(model));
    const broken = plan.phases.flatMap((phase, index) => {
      const back = phasesBack(plan.phases.slice(0, index + 1));
      const found = stepsOf(phase).flatMap(({ host, step }) => {
        applyStep({ model, host, step });
        const turned = structuredClone(model);
        turned.frozen = false;
        const problems = back.flatMap((one) => walk({ model: turned, phase: one }));
        const end = JSON.stringify(plain(turned));
        const where = `back from ${phase.id}, after ${step.id}@${host}`;
        return [...problems, ...(end === before ? [] : [`ends as ${end}`])].map((problem) => `${where}: ${problem}`);
      });
      model.frozen = false;
      return found;
    });
    expect(broken).toEqual([]);
  });
});

function walk(options: { model: RollingModel; phase: Phase }): string[] {
  const { model, phase } = options;
  const problems = stepsOf(phase).flatMap(({ host, step }) =>
    applyStep({ model, host, step }).map((problem) => `${phase.id}: ${problem}`),
  );
  model.frozen = false;
  return problems;
}

function plain({ hosts, servers, vhosts }: RollingModel): object {
  return { hosts, servers, vhosts: [...vhosts] };
}
