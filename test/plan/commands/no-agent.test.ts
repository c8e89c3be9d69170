import { services } from '../../../catalog/services';
import { noAgentOn } from '../../../plan/commands/rabbitmq';
import { lookAt } from '../violated-probes';

const ceilometer = services.find(({ name }) => name === 'ceilometer');
const queues = ceilometer?.publishing?.waitingQueues ?? 'none';
type Others = Parameters<typeof noAgentOn>[0]['others'];

/** `rabbitmqctl list_queues name consumers` of two vhosts, of which Heat's has queues that nobody consumes. */
const looks = (telemetry: string, others: Others = []): ReturnType<typeof lookAt> =>
  lookAt({
    probe: noAgentOn({ id: 'x', title: 'Ceilometer', queues, others }),
    violation: {
      commands: {
        rabbitmqctl: `case "$*" in
*list_vhosts*) printf '/\\nheat\\n' ;;
*'-p heat '*) printf 'engine\\t2\\nnotifications.info\\t0\\n' ;;
*'-p / '*) ${telemetry} ;;
esac`,
      },
      said: '',
    },
  });

describe('agents of Ceilometer after the stop', () => {
  it('take nothing where only other programs consume', () => {
    expect(looks("printf 'notifications.info\\t0\\nengine_worker\\t3\\nreply_1\\t1\\n'")).toEqual({
      code: 0,
      lastLine: 'no agent takes messages',
    });
  });

  it.each([
    ['notification agent', 'notifications.sample', '1', '1 consumer'],
    ['collector', 'metering.sample', '2', '2 consumers'],
  ])('are named by the queue of a %s that still runs somewhere', (_, queue, consumers, words) => {
    expect(looks(`printf '${queue}\\t${consumers}\\n'`)).toEqual({
      code: 1,
      lastLine: `${queue} of vhost / has ${words}`,
    });
  });

  it('are told in few words where one agent is at many queues', () => {
    const printed = ['info', 'sample'].map((kind) => `notifications.${kind}\\t1\\n`).join('');
    expect(looks(`printf '${printed}metering.sample\\t2\\n'`).lastLine).toBe(
      'notifications.info, notifications.sample of vhost / have 1 consumer each; metering.sample of vhost / has 2 consumers',
    );
  });

  it('are not taken for programs that were there before and are none of them', () => {
    const others = [
      { vhost: '/', queue: 'notifications.info', consumers: 2 },
      { vhost: 'heat', queue: 'notifications.info', consumers: 1 },
    ];
    const looked = (info: number): ReturnType<typeof looks> =>
      looks(`printf 'notifications.info\\t${String(info)}\\nnotifications.error\\t0\\n'`, others);
    expect([looked(0).code, looked(2).code]).toEqual([0, 0]);
    expect(looked(3)).toEqual({
      code: 1,
      lastLine: 'notifications.info of vhost / has 1 consumer more than the 2 that are no agents',
    });
  });

  it('are not taken for stopped where the broker does not tell', () => {
    expect(looks("echo 'Error: unable to perform an operation' >&2; exit 69").code).not.toBe(0);
  });
});
