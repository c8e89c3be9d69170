import '../lab/lab-own-network';
import { raiseDrillGround, type DrilledPlan, type DrillGround } from '../lab/drill';
import { agentsDrill, telemetryDrill } from '../lab/telemetry';
import { rolledBackExactly } from '../lab/rolled-back-exactly';

jest.setTimeout(60 * 60 * 1000);

interface Case {
  readonly what: string;
  readonly plan: DrilledPlan;
  readonly steps: readonly string[];
}

/** `npm run drill -- --profile telemetry` does it in every state. */
const cases: readonly Case[] = [
  {
    what: 'full upgrade of Gnocchi and Ceilometer',
    plan: { kind: 'full', subject: telemetryDrill },
    steps: [
      'gnocchi/stop-gnocchi-metricd@ctl1:after',
      'packages/install@ctl2:after',
      'gnocchi/db-online@ctl1:after',
      'ceilometer/resource-types@ctl1:after',
      'ceilometer/first-ceilometer-agent-notification@ctl1:after',
      'open/serve@lb1:after',
    ],
  },
  {
    what: 'partial upgrade of Ceilometer',
    plan: { kind: 'partial', subject: agentsDrill },
    steps: [
      'ceilometer/stop-ceilometer-agent-notification@ctl1:after',
      'packages/install@ctl1:after',
      'ceilometer/resource-types@ctl1:after',
      'ceilometer/start-ceilometer-agent-central@ctl1:after',
      'packages/install@ctl2:after',
      'restore-point/configuration-as-left@ctl2:after',
    ],
  },
];

describe.each(cases)('a $what that fails', ({ plan, steps }) => {
  let ground: DrillGround;

  beforeAll(async () => {
    ground = await raiseDrillGround(plan);
  });
  afterAll(() => ground.stop());

  it.each(steps)('at %s is rolled back to exactly what was', (step) => rolledBackExactly({ ground, step }));
});
