import { withoutUnit } from '../../lab/packages/repack/as-site';
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

  it('takes the pieces of a maintainer script that belong to the unit, and no others', () => {
    const tmpfiles =
      '# Automatically added by dh_installsystemd/13.11.4\nsystemd-tmpfiles --create keystone.conf >/dev/null || true\n# End automatically added section\n';
    const script =
      "# Automatically added by dh_installsystemd/13.11.4\ndeb-systemd-helper unmask 'keystone.service' >/dev/null || true\n# End automatically added section\n";
    const init =
      '# Automatically added by dh_installinit/13.11.4\nif [ -x "/etc/init.d/keystone" ]; then\n\tinvoke-rc.d keystone start || true\nfi\n# End automatically added section\n';
    const own = 'if true; then\n\tsystemctl enable keystone\nfi\n';
    expect(withoutUnit({ text: `set -e\n${own}${tmpfiles}${init}${script}exit 0\n`, unit: 'keystone' })).toBe(
      `set -e\nif true; then\n\t:\nfi\n${tmpfiles}exit 0\n`,
    );
  });
});
