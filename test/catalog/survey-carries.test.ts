import { surveyReaders, type SurveyScope } from '../../catalog/survey';
import { services } from '../../catalog/services';
import { readPrograms } from '../../programs';

const scope: SurveyScope = {
  host: 'cmp1',
  roles: ['compute'],
  services: services.filter(({ name }) => name === 'ceilometer'),
  targetSource: '',
  loadBalancerSocket: '',
  credentials: '/root/admin-openrc',
  schemaNames: {},
  programs: readPrograms(),
};

describe('the survey of a host that is only a compute', () => {
  const seen = Object.keys(surveyReaders(scope));

  it('reads what is installed and which units there are, and no list of packages of the target', () => {
    expect(seen).toEqual(expect.arrayContaining(['installed', 'units']));
    expect(seen).not.toContain('simulation');
  });

  it('reads as of a controller once it has units of the run, but for what only controllers keep', () => {
    const controller = Object.keys(surveyReaders({ ...scope, roles: ['controller'] }));
    const carries = Object.keys(surveyReaders({ ...scope, carries: true }));
    expect(controller.filter((one) => !carries.includes(one))).toEqual(['left-pipelines']);
  });
});
