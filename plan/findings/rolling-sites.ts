import type { Finding } from '../../schema/plan';
import type { RollingScope } from '../scope/rolling-scope';
import { finding } from './finding';

/** An API is pointed to a vhost by the environment of its unit, which a site of Apache has none of (R-HEAT-15). */
export function rollingSiteFindings({ rolling }: { rolling: RollingScope }): Finding[] {
  return rolling.scoped.sites.map(({ unit, host, site }) =>
    finding({
      what: `api-is-a-site-${unit}`,
      level: 'blocker',
      host,
      text: `${unit} is the site ${site.name} of Apache: a rolling upgrade gives each API a vhost by the environment of its unit, and a site has none.`,
      remedy: 'Upgrade with openstackFullUpgrade, which closes and opens the site, or run the API from its unit.',
      sources: ['R-HEAT-15'],
    }),
  );
}
