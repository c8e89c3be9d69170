import type { Finding } from '../../schema/plan';
import type { KindSubject } from '../scope/subject';
import type { SideEngineScope } from '../scope/rolling-scope';
import { finding } from './finding';

/** Keepers that the request names must be some of the service's, with an engine and an API among them, and not all. */
export function namedKeeper(options: Pick<KindSubject, 'request'> & { rolling: SideEngineScope }): Finding[] {
  const { request, rolling } = options;
  const wish = request.options.rolling;
  if (wish?.order !== 'sideEngine' || wish.keeper === undefined) return [];
  const named = wish.keeper;
  const { scoped, keeper, lead } = rolling;
  const strangers = named.filter((host) => !scoped.hosts.includes(host));
  const block = (what: string, text: string): Finding =>
    finding({
      what,
      level: 'blocker',
      text,
      remedy: `Name some of ${scoped.hosts.join(', ')} in options.rolling.keeper, or leave it out.`,
      sources: ['R-HEAT-8', 'R-HEAT-30'],
    });
  return [
    ...strangers.map((host) =>
      block(
        `keeper-unknown-${host}`,
        `options.rolling.keeper names ${host}, which does not carry ${scoped.service.name}.`,
      ),
    ),
    ...(keeper.engines.length > 0
      ? []
      : [block('keeper-without-engine', `None of options.rolling.keeper has ${rolling.rolling.engineUnit}.`)]),
    ...(keeper.apis.length > 0
      ? []
      : [block('keeper-without-api', `None of options.rolling.keeper has an API of ${scoped.service.name}.`)]),
    ...([keeper.engines, keeper.apis].some((all) => all.length > 1) &&
    (lead.engines.length === 0 || lead.apis.length === 0)
      ? [block('keeper-takes-all', 'options.rolling.keeper leaves no engine, or no API, to get the new code first.')]
      : []),
  ];
}
