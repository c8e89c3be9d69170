import { releases } from '../../catalog/releases';
import { covers, inStartOrder, type Majors, type Service } from '../../catalog/service';
import { services } from '../../catalog/services';
import { heat } from '../../catalog/services/heat';

const named = (name: string, needs: string[] = [], uses: string[] = []): Service => ({ ...heat, name, needs, uses });
const names = (list: readonly Service[]): string[] => list.map(({ name }) => name);

describe('services in the order of their start', () => {
  it('begins with what the others need, and keeps the order of the list otherwise', () => {
    const list = [
      named('heat', ['keystone'], ['placement']),
      named('glance', ['keystone']),
      named('keystone'),
      named('placement', ['keystone']),
    ];
    expect(names(inStartOrder(list))).toEqual(['keystone', 'glance', 'placement', 'heat']);
  });

  it('waits for nobody who is not in the list', () => {
    expect(names(inStartOrder([named('heat', ['keystone'], ['glance'])]))).toEqual(['heat']);
  });

  it('refuses services that need each other', () => {
    expect(() => inStartOrder([named('a', ['b']), named('b', [], ['a'])])).toThrow('a, b need each other');
  });
});

describe('the known services', () => {
  it('start with Keystone and end with Ceilometer, which only consumes what the others tell', () => {
    expect(names(services)).toEqual(['keystone', 'glance', 'placement', 'heat', 'gnocchi', 'ceilometer']);
  });

  it('have a major version in every series since Zed, and Ceilometer in those before as well', () => {
    const since = releases.slice(releases.findIndex(({ series }) => series === 'zed'));
    expect(releases.filter(({ series }) => services.at(-1)?.majors?.[series] === undefined)).toEqual([]);
    const missing = services.flatMap(({ name, majors }) =>
      since.filter(({ series }) => majors?.[series] === undefined).map(({ series }) => `${name} in ${series}`),
    );
    // Gnocchi is released apart from OpenStack.
    expect(missing).toEqual(since.map(({ series }) => `gnocchi in ${series}`));
  });

  it('have schemas, units, APIs and ports of their own', () => {
    const units = services.flatMap((service) => service.units);
    const apis = units.flatMap(({ api }) => api ?? []);
    const all: (string | number)[][] = [
      services.flatMap(({ schemas }) => schemas.map(({ id }) => id)),
      units.map(({ name }) => name),
      apis.map(({ name }) => name),
      apis.map(({ port }) => port),
    ];
    expect(all.map((list) => new Set(list).size)).toEqual(all.map((list) => list.length));
  });

  it('have one migration of a kind in a schema: the kind is the id of its step', () => {
    const of =
      (major: number): ((one: { readonly majors?: Majors }) => boolean) =>
      ({ majors }) =>
        covers({ majors, major });
    const kinds = [6, 7, 24].flatMap((major) =>
      services.flatMap(({ schemas }) =>
        schemas.map(({ migrations }) => migrations.filter(of(major)).map(({ kind }) => kind)),
      ),
    );
    expect(kinds.map((list) => new Set(list).size)).toEqual(kinds.map((list) => list.length));
  });
});
