import { heatRolling } from '../../../catalog/services/heat';
import { engineLeft } from '../../../plan/commands/rabbitmq';
import { lookAt } from '../violated-probes';

/** `rabbitmqctl list_queues name consumers` of RabbitMQ 3.10 with one Heat engine each on ctl1 and ctl2, fan-outs and replies left in. */
const both = `engine_fanout_f9592a47d5454878b86164e2861d552b\t1
engine_worker\t2
heat-engine-listener.394efc3d-3f68-4224-be82-8299dedf37e1\t1
engine.ctl1\t1
engine\t2
reply_ed14490b5b1d4482869a846b74608acc\t1
heat-engine-listener_fanout_cfb26987dce14c29908e3bd923caeb6d\t1
engine_worker.394efc3d-3f68-4224-be82-8299dedf37e1\t1
notifications.info\t0
heat-engine-listener\t2
engine.ctl2\t1
engine_worker.3d325faa-267f-49c7-afba-47b328ce38de\t1`;

const leaves = (queues: string, changes: Readonly<Record<string, string>>): ReturnType<typeof lookAt> => {
  const rows = queues.split('\n').map((row) => {
    const [name = '', consumers = ''] = row.split('\t');
    return `${name}\t${changes[name] ?? consumers}`;
  });
  return lookAt({
    probe: engineLeft({
      id: 'heat/lead/engine-left',
      vhost: '/',
      topic: heatRolling.topic,
      queues: heatRolling.queues,
      names: ['ctl1'],
    }),
    violation: { commands: { rabbitmqctl: `cat <<'END'\n${rows.join('\n')}\nEND` }, said: '' },
  });
};

const gone = { 'engine.ctl1': '0', engine: '1', engine_worker: '1', 'heat-engine-listener': '1' };

describe('the engine of the lead', () => {
  it('has left when nothing is consumed but by those that stay', () => {
    expect(leaves(both, gone)).toEqual({ code: 0, lastLine: 'they consume nothing' });
  });

  it.each([
    ['its own queue', { ...gone, 'engine.ctl1': '1' }, 'engine.ctl1 has 1 consumer'],
    [
      'the shared queue of workers, which has no queue of a host beside it',
      { ...gone, engine_worker: '2' },
      'engine_worker has 2 consumers; the engines that stay are 1',
    ],
    ['all of them', {}, /^(engine|engine_worker|heat-engine-listener) has 2 consumers; the engines that stay are 1$/],
  ])('has not while it consumes %s', (_, changes, said) => {
    const { code, lastLine } = leaves(both, changes);
    expect(code).toBe(1);
    expect(lastLine).toMatch(said);
  });

  it('is not taken for gone where the broker does not tell', () => {
    const probe = engineLeft({ id: 'x', vhost: '/', topic: 'engine', queues: heatRolling.queues, names: ['ctl1'] });
    const commands = { rabbitmqctl: "echo 'Error: unable to perform an operation on node rabbit@mq1' >&2; exit 69" };
    expect(lookAt({ probe, violation: { commands, said: '' } })).toEqual({
      code: 1,
      lastLine: 'the queues could not be read',
    });
  });

  it('is told from a host whose name ends like its own', () => {
    const queues = both.replace('engine.ctl2', 'engine.other.ctl1');
    expect(leaves(queues, gone).code).toBe(0);
  });

  it('counts every worker of the engines that stay', () => {
    const three = {
      'engine.ctl1': '0',
      'engine.ctl2': '3',
      engine: '3',
      engine_worker: '3',
      'heat-engine-listener': '3',
    };
    expect(leaves(both, three).code).toBe(0);
  });
});
