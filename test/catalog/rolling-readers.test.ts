import { engineRoom, transport } from '../../catalog/platform/transport';
import { heat, heatRolling } from '../../catalog/services/heat';
import { readPrograms } from '../../programs';

describe('what a survey reads for a rolling upgrade', () => {
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
