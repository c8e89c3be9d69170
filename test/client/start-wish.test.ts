import { requestOf } from '../../client/start-wish';
import { checkRequest } from '../../schema/request';

const typed = { cloud: 'cedar', to: 'bobcat', services: ['gnocchi,ceilometer'] };

/** What is typed at the command line is the request that the UI would take. */
describe('what start and preflight ask for', () => {
  it('has only what was typed, and the defaults of the request', () => {
    expect(requestOf({ cloud: 'cedar', to: 'bobcat' })).toEqual({
      cloud: 'cedar',
      to: 'bobcat',
      options: { gates: [], openAutomatically: false },
    });
  });

  it('names each backup, also where its place has an equals sign or blanks', () => {
    const backups = ['gnocchi=ceph snapshot metrics@1201', 'glance=s3://images?versionId=3'];
    const checked = checkRequest(requestOf({ ...typed, backups }), 'full');
    expect(checked).toMatchObject({
      ok: true,
      value: { options: { backups: { gnocchi: 'ceph snapshot metrics@1201', glance: 's3://images?versionId=3' } } },
    });
  });

  it('is refused where nothing says where the backup is', () => {
    expect(checkRequest(requestOf({ ...typed, backups: ['gnocchi'] }), 'full')).toEqual({
      ok: false,
      sentence:
        'The request cannot be used: options.backups.gnocchi: say where the backup is, as in "ceph snapshot metrics@1201". Nothing was changed. ' +
        'Example: {"cloud":"cedar","to":"bobcat","services":["keystone","heat"]}',
    });
  });
});
