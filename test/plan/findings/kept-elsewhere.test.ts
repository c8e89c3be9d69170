import type { Plan } from '../../../schema/plan';
import { toyPlan } from '../../support/planned';
import { point, rollbackOf } from '../../support/planned-rollback';

const telemetry = ['keystone', 'gnocchi', 'ceilometer'];
const where = 'ceph snapshot metrics@1201';
const elsewhere = ({ findings }: Plan): readonly string[] =>
  findings.filter(({ id }) => /^(?:data-outside|backup-of)/.test(id)).map(({ level, id }) => `${level} ${id}`);
const planned = (backups: Readonly<Record<string, string>>): Plan =>
  toyPlan({ services: telemetry, request: { options: { backups } } });

describe('what a service keeps outside its database', () => {
  it('is accepted by whoever has backed it up, unless the request names the backup', () => {
    expect(elsewhere(planned({}))).toEqual(['warning data-outside-database-gnocchi']);
    const named = planned({ gnocchi: where });
    expect(elsewhere(named)).toEqual(['note data-outside-database-gnocchi']);
    const [finding] = named.findings.filter(({ id }) => id === 'data-outside-database-gnocchi');
    expect(finding?.text).toContain(`Their backup, as the request says: ${where}.`);
    expect(finding?.remedy).toContain('the run does not check it');
  });

  it('has no backup under another name: it would be missed when it is needed', () => {
    expect(elsewhere(planned({ gnocchi: where, glance: where, ceilometer: where }))).toEqual([
      'blocker backup-of-nothing-ceilometer',
      'blocker backup-of-nothing-glance',
      'note data-outside-database-gnocchi',
    ]);
    const { findings } = toyPlan({ services: ['keystone'], request: { options: { backups: { keystone: where } } } });
    expect(findings.find(({ id }) => id === 'backup-of-nothing-keystone')?.text).toBe(
      'The request names a backup of keystone, and of this run no service keeps anything outside its database.',
    );
  });

  it('stays as it is in a rollback that restores the database, which names its backup', () => {
    const plan = { ...planned({ gnocchi: where }), runId: point };
    const restored = rollbackOf({ plan, done: ['gnocchi/stop-gnocchi-api', 'gnocchi/db-online'] });
    const [note] = restored.findings.filter(({ id }) => id === 'data-outside-database-gnocchi');
    expect([note?.level, note?.text.endsWith(`as the request says: ${where}.`)]).toEqual(['note', true]);
    expect(note?.remedy).toContain('put its backup back by the means of its storage');
    expect(elsewhere(rollbackOf({ plan, done: ['gnocchi/stop-gnocchi-api'] }))).toEqual([]);
  });
});
