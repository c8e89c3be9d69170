import { nobodyConnected } from '../../../plan/commands/schema-state';
import { lookAt } from '../violated-probes';

/** As MariaDB 10.11 lists its processes: a port behind each address. */
const connections = (...rows: string[]): { code: number | null; lastLine: string } =>
  lookAt({
    probe: nobodyConnected({ id: 'database/nobody-connected-heat', schema: 'heat' }),
    violation: { commands: { mariadb: rows.map((row) => `echo '${row}'`).join('\n') || ':' }, said: '' },
  });

describe('after the stop', () => {
  it('nobody is connected to the schema', () => {
    expect(connections()).toEqual({ code: 0, lastLine: 'nobody' });
  });

  it('whoever is, is named with where from, whatever the user', () => {
    expect(connections('heat from 192.0.2.19:41000', 'heat from 192.0.2.19:41002', 'backup from localhost')).toEqual({
      code: 1,
      lastLine: 'backup from localhost (1 connections); heat from 192.0.2.19 (2 connections)',
    });
  });
});
