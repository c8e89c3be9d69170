import type { Plan } from '../../schema/plan';

/** How a service that stays behind would come along. A rolling upgrade is of one service, so there nothing can. */
export function upgradeTogether(options: { kind: Plan['kind']; name: string; how: string }): string {
  const { kind, name, how } = options;
  return kind === 'partial'
    ? `Upgrade ${name} together with this service: openstackFullUpgrade does that.`
    : `Upgrade ${name} in the same run${how}`;
}
