import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { labPlaces } from '../../lab/machine/places';

const usual = `${homedir()}/.cache/temporal-openstack-upgrade/lab`;

/** What is mounted below a relative path is never found among the mounts again: every lab of that machine fails then, and stays mounted. */
describe('the directory of a lab', () => {
  it.each([
    ['nothing is chosen', {}, usual],
    ['the cache is empty text', { XDG_CACHE_HOME: '' }, usual],
    ['the cache is relative, which does not count', { XDG_CACHE_HOME: 'cache' }, usual],
    ['the cache is elsewhere', { XDG_CACHE_HOME: '/var/cache/ana' }, '/var/cache/ana/temporal-openstack-upgrade/lab'],
    ['OSU_LAB_DIR is empty text', { OSU_LAB_DIR: '' }, usual],
    ['OSU_LAB_DIR is relative to where the command runs', { OSU_LAB_DIR: 'labs/one' }, resolve('labs/one')],
    ['OSU_LAB_DIR is absolute', { OSU_LAB_DIR: '/srv/lab' }, '/srv/lab'],
  ])('where %s', (_, env, directory) => {
    expect([labPlaces(env).directory, labPlaces(env).layers]).toEqual([directory, `${directory}/layers`]);
  });
});
