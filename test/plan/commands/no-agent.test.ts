import { services } from '../../../catalog/services';
import { noAgentOn } from '../../../plan/commands/rabbitmq';
import { lookAt } from '../violated-probes';

const ceilometer = services.find(({ name }) => name === 'ceilometer');
const probe = noAgentOn({ id: 'x', title: 'Ceilometer', queues: ceilometer?.publishing?.waitingQueues ?? 'none' });

/** `rabbitmqctl list_queues name consumers` of two vhosts, of which Heat's has queues that nobody consumes. */
const looks = (telemetry: string): ReturnType<typeof lookAt> =>
  lookAt({
    probe,
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
      lastLine: 'nobody takes messages',
    });
  });

  it.each([
    ['notification agent', 'notifications.sample', '1'],
    ['collector', 'metering.sample', '2'],
  ])('are named by the queue of a %s that still runs somewhere', (_, queue, consumers) => {
    expect(looks(`printf '${queue}\\t${consumers}\\n'`)).toEqual({
      code: 1,
      lastLine: `${queue} of vhost / has ${consumers} consumers`,
    });
  });

  it('are not taken for stopped where the broker does not tell', () => {
    expect(looks("echo 'Error: unable to perform an operation' >&2; exit 69").code).not.toBe(0);
  });
});
