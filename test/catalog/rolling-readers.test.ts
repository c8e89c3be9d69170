import { broker } from '../../catalog/platform/rabbitmq';
import { engineRoom, transport } from '../../catalog/platform/transport';
import { heat } from '../../catalog/services/heat';
import { heatRolling } from '../../catalog/services/heat-rolling';
import { readPrograms } from '../../programs';

describe('what a survey reads for a rolling upgrade', () => {
  it('knows the vhosts of a broker, and how many talk on each', () => {
    const stdout = 'running\nvhost\t/\t17\t12\tDefault virtual host\nvhost\theat-bobcat\t0\t0\tOpenStack upgrade 7\n';
    expect(broker.parse({ stdout, stderr: '', exitCode: 0 })).toEqual({
      running: true,
      troubles: [],
      vhosts: [
        { name: '/', description: 'Default virtual host', queues: 17, connections: 12 },
        { name: 'heat-bobcat', description: 'OpenStack upgrade 7', queues: 0, connections: 0 },
      ],
    });
  });

  it('adds up the memory of an engine and its workers, in bytes', () => {
    const stdout = 'available 21444608\nengine 120000\nengine 130000\n';
    const room = engineRoom({ rolling: heatRolling }).parse({ stdout, stderr: '', exitCode: 0 });
    expect(room).toEqual({ availableBytes: 21444608 * 1024, engineBytes: 250000 * 1024 });
  });

  it('says that memory was not read rather than that there is none', () => {
    expect(
      engineRoom({ rolling: heatRolling }).parse({ stdout: '', stderr: '', exitCode: 1 }).availableBytes,
    ).toBeNull();
  });

  it('keeps the sentence of a transport_url that cannot be read', () => {
    const stdout = 'Traceback\ntransport_url cannot be parsed (ValueError): a / in the password cannot work\n';
    expect(transport({ service: heat, programs: readPrograms() }).parse({ stdout, stderr: '', exitCode: 1 })).toEqual({
      unreadable: 'transport_url cannot be parsed (ValueError): a / in the password cannot work',
    });
  });
});
