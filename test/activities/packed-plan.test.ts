import { packPlan, unpackPlan } from '../../activities/packed-plan';
import { renderRunbook } from '../../plan/render/runbook';
import { packPlan as packInWorkflow, unpackPlan as unpackInWorkflow } from '../../workflows/packed-plan';
import { toyPartialPlan, toyPlan } from '../support/planned';

const nine = Array.from({ length: 9 }, (_, index) => `ctl${String(index + 1)}`);
const rolling = (options?: object): ReturnType<typeof toyPartialPlan> =>
  toyPartialPlan({
    controllers: nine,
    ...(options === undefined ? {} : { request: { options: { rolling: options } } }),
  });

describe('a packed plan', () => {
  it.each([
    ['full', toyPlan({ controllers: nine })],
    ['rolling', rolling()],
    ["rolling, the guide's order", rolling({ order: 'guide' })],
    ['rolling, switched APIs', rolling({ order: 'guide', apis: 'switchFirst' })],
    ['rolling, virtual environment', rolling({ order: 'venv', wheelhouse: '/srv/heat-wheels' })],
  ])('comes out as it was, and for nine controllers is far below what Temporal takes: %s', (_, plan) => {
    const made = { plan, digest: 'd1ge57', runbook: renderRunbook({ plan, stories: null }) };
    const packed = packPlan(made);
    expect(unpackPlan(packed)).toEqual(made);
    expect(unpackInWorkflow(packed)).toEqual(made);
    expect(unpackPlan(packInWorkflow(made))).toEqual(made);
    expect(packed.byteLength).toBeLessThan(350_000);
    // The query `plan` returns it as it is, and Temporal refuses what is above 2 MB.
    expect(Buffer.byteLength(made.runbook)).toBeLessThan(1_600_000);
  });
});
