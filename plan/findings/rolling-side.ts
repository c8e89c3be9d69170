import type { Finding } from '../../schema/plan';
import type { KindSubject } from '../scope/subject';
import type { RollingScope } from '../scope/sides';
import { finding } from './finding';

/** Side hosts that the request names must be some of the service's, with an engine and an API among them, and not all. */
export function namedSide(options: Pick<KindSubject, 'request'> & { rolling: RollingScope }): Finding[] {
  const { request, rolling } = options;
  const named = request.options.rolling?.side ?? null;
  if (named === null) return [];
  const { scoped, side, first } = rolling;
  const strangers = named.filter((host) => !scoped.hosts.includes(host));
  const block = (what: string, text: string): Finding =>
    finding({
      what,
      level: 'blocker',
      text,
      remedy: `Name some of ${scoped.hosts.join(', ')} in options.rolling.side, or leave it out.`,
      sources: ['R-HEAT-8', 'R-HEAT-30'],
    });
  return [
    ...strangers.map((host) =>
      block(`side-unknown-${host}`, `options.rolling.side names ${host}, which does not carry ${scoped.service.name}.`),
    ),
    ...(side.engines.length > 0
      ? []
      : [block('side-without-engine', `None of options.rolling.side has ${rolling.rolling.engineUnit}.`)]),
    ...(side.apis.length > 0
      ? []
      : [block('side-without-api', `None of options.rolling.side has an API of ${scoped.service.name}.`)]),
    ...([side.engines, side.apis].some((all) => all.length > 1) &&
    (first.engines.length === 0 || first.apis.length === 0)
      ? [block('side-takes-all', 'options.rolling.side leaves no engine, or no API, to get the new code first.')]
      : []),
  ];
}
