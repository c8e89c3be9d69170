import { parseRestorePoints } from '../../activities/restore-points';

/** From the lock host of a lab on which runs were rolled back; the third is the rollback of the second. */
const said = `point ec33192c-376d-4692-a2b3-03098d247e10 1795988030
{"schemaVersion":1,"kind":"partial","runId":"ec33192c-376d-4692-a2b3-03098d247e10","cloud":"cedar","cloudDigest":"4980e2e8485601bdcdd3b67c08fdc5a47abb391c4cc2279d9c9c1f8eab65296c","from":"antelope","to":"bobcat","services":[{"name":"heat","versionPackage":"heat-common","apis":["heat-api","heat-api-cfn"]}],"hosts":[{"name":"lb1","roles":["load-balancer"]},{"name":"ctl1","roles":["controller"]}],"lockHost":"db1","approvers":["ana","bo"],"findings":[{"id":"schema-ahead-heat@ctl1"
point 309846d1-df61-46da-a754-662d5af1b071 1795986893
{"schemaVersion":1,"kind":"full","runId":"309846d1-df61-46da-a754-662d5af1b071","cloud":"cedar","cloudDigest":"4980e2e8485601bdcdd3b67c08fdc5a47abb391c4cc2279d9c9c1f8eab65296c","from":"antelope","to":"bobcat","services":[{"name":"keystone","versionPackage":"keystone","apis":["keystone"]},{"name":"heat","versionPackage":"heat-common","apis":["heat-api","heat-api-cfn"]}],"hosts":[{"name":"lb1","roles":["load-balancer"]}],"lockHost":"db1"
point 9c9fd7ff-e603-4140-86a3-622d119e3c1c 1795985745
{"schemaVersion":1,"kind":"rollback","runId":"9c9fd7ff-e603-4140-86a3-622d119e3c1c","restorePoint":"309846d1-df61-46da-a754-662d5af1b071","cloud":"cedar","cloudDigest":"4980e2e8485601bdcdd3b67c08fdc5a47abb391c4cc2279d9c9c1f8eab65296c","from":"bobcat","to":"antelope","services":[{"name":"keystone","versionPackage":"keystone","apis":["keystone"]}],"hosts":[{"name":"lb1","roles":["load-balancer"]}],"lockHost":"db1"
`;

describe('the restore points of a cloud', () => {
  it('are read from the beginnings of the plans of their runs; a rollback is none', () => {
    expect(parseRestorePoints(said)).toEqual([
      {
        runId: 'ec33192c-376d-4692-a2b3-03098d247e10',
        kind: 'partial',
        from: 'antelope',
        to: 'bobcat',
        services: ['heat'],
        madeAt: '2026-11-29T21:33:50.000Z',
      },
      {
        runId: '309846d1-df61-46da-a754-662d5af1b071',
        kind: 'full',
        from: 'antelope',
        to: 'bobcat',
        services: ['keystone', 'heat'],
        madeAt: '2026-11-29T21:14:53.000Z',
      },
    ]);
  });

  it('may be none', () => {
    expect(parseRestorePoints('')).toEqual([]);
  });
});
