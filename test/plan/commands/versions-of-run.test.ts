import { versionsOfRun } from '../../../plan/commands/packages-back';
import { lookAt } from '../violated-probes';

/** What a host says that has these versions; heat-bobcat came with the run. */
const look = (versions: Readonly<Record<string, string>>): { code: number | null; lastLine: string } =>
  lookAt({
    probe: versionsOfRun({
      packages: [
        { name: 'heat-api', installed: '1:20.0.0-1', target: '1:21.0.0-1' },
        { name: 'heat-bobcat', installed: null, target: '1:21.0.0-1' },
      ],
    }),
    violation: {
      commands: {
        'dpkg-query': `case $3 in ${Object.entries(versions)
          .map(([name, version]) => `${name}) echo '${version}' ;;`)
          .join(' ')} *) exit 1 ;; esac`,
      },
      said: '',
    },
  });

describe('before a run is rolled back by another one', () => {
  it.each([
    [{ 'heat-api': '1:21.0.0-1', 'heat-bobcat': '1:21.0.0-1' }],
    [{ 'heat-api': '1:20.0.0-1' }],
    [{ 'heat-api': '1:20.0.0-1', 'heat-bobcat': '1:21.0.0-1' }],
  ])('packages may be as the run found or left them: %j', (versions) => {
    expect(look(versions)).toEqual({ code: 0, lastLine: '2 packages as that run found or left them' });
  });

  it('a later release is not taken back with it', () => {
    expect(look({ 'heat-api': '1:22.0.0-1', 'heat-bobcat': '1:21.0.0-1' })).toEqual({
      code: 1,
      lastLine: 'heat-api is at 1:22.0.0-1, and that run knew 1:20.0.0-1 and 1:21.0.0-1',
    });
  });
});
