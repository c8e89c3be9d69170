import { pasteText } from '../../lab/demo/in-ui';
import { demoRequest } from '../../lab/demo/options';
import { checkRequest } from '../../schema/request';

/** Gnocchi and Ceilometer are upgraded only where they are named: a demo of them that names nothing shows Keystone and Heat. */
describe('what the demo asks for', () => {
  it.each([
    ['nothing more', { with: [] }, undefined],
    ['telemetry', { with: [], profile: 'telemetry' }, ['keystone', 'heat', 'gnocchi', 'ceilometer']],
    ['Ceilometer, which needs Gnocchi', { with: ['ceilometer'] }, ['keystone', 'heat', 'gnocchi', 'ceilometer']],
    ['Placement and Glance', { with: ['placement', 'glance'] }, ['keystone', 'heat', 'glance', 'placement']],
  ] as const)('with %s', (_, extras, services) => {
    const asked = demoRequest({ demo: { to: 'bobcat', ...extras }, cloud: 'cedar' });
    expect(checkRequest(asked, 'full')).toMatchObject({ ok: true, value: { cloud: 'cedar', to: 'bobcat' } });
    expect((asked as { services?: readonly string[] }).services).toEqual(services);
  });

  it('is in the UI the same request under the id that the command line would give it', () => {
    const temporal = {
      address: 'localhost:7233',
      namespace: 'default',
      taskQueue: 'openstack-upgrade',
      uiUrl: 'http://localhost:8233',
      pid: 1,
    };
    const text = pasteText({
      demo: { to: 'bobcat', order: 'staged', with: [], profile: 'telemetry' },
      site: { temporal, cloud: 'cedar', by: 'ana' },
    });
    expect(text).toContain('workflowId=cedar.ceilometer%2Bgnocchi%2Bheat%2Bkeystone.full.bobcat');
    expect(text).toContain(
      '{"cloud":"cedar","to":"bobcat","services":["keystone","heat","gnocchi","ceilometer"],"options":{"full":{"order":"staged"}}}',
    );
  });
});
