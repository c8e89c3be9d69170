import { raiseVersion } from '../../lab/packages/repack/control-file';
import { keepSetValues, namespacesOf } from '../../lab/packages/repack/settings-template';

describe('repacking a Debian package with the next release', () => {
  it('raises the version, the strict dependencies and nothing else', () => {
    const control = [
      'Package: heat-engine',
      'Version: 1:19.0.0-3',
      'Installed-Size: 32',
      'Depends: adduser, heat-common (= 1:19.0.0-3), python3:any',
      'Description: OpenStack orchestration service - engine',
      ' Version: 1:19.0.0-3 is only text here.',
      '',
    ].join('\n');
    expect(
      raiseVersion({
        control,
        from: '1:19.0.0-3',
        to: '1:20.0.0-0lab1',
        installedKilobytes: 40,
        moreDepends: ['python3-oslo.messaging (>= 14.1.0)'],
      }),
    ).toBe(
      [
        'Package: heat-engine',
        'Version: 1:20.0.0-0lab1',
        'Installed-Size: 40',
        'Depends: adduser, heat-common (= 1:20.0.0-0lab1), python3:any, python3-oslo.messaging (>= 14.1.0)',
        'Description: OpenStack orchestration service - engine',
        ' Version: 1:19.0.0-3 is only text here.',
        '',
      ].join('\n'),
    );
  });

  it("keeps the distribution's own values in a template of the new code", () => {
    const old =
      '[DEFAULT]\n#debug = false\n[database]\nconnection=sqlite:////var/lib/heat/heatdb\n[trustee]\nauth_type = password\n';
    const fresh =
      '[DEFAULT]\n#debug = false\n#new_option = 1\n[database]\n# (string value)\n#connection = <None>\n#max_retries = 10\n';
    expect(keepSetValues({ old, fresh })).toBe(
      '[DEFAULT]\n#debug = false\n#new_option = 1\n[database]\n# (string value)\nconnection=sqlite:////var/lib/heat/heatdb\n#max_retries = 10\n\n[trustee]\nauth_type = password\n',
    );
  });

  it('asks the generator for every namespace of the old template once, without those of tests', () => {
    const template =
      '# From heat.common.config\n# From oslo.log\n# From heat.common.config\n# From heat_integrationtests.common.config\n';
    expect(namespacesOf(template)).toEqual(['heat.common.config', 'oslo.log']);
  });
});
