import type { Batch } from '../../schema/plan';
import { probe } from '../change';
import type { Scope } from '../scope/scope';
import { growthLanes } from './growth';
import { batch, inLanes, type Lane } from './phase';

/** What the report tells of samples, queues and memory, once all agents are new. */
export function samplesCounted({ scope }: { scope: Scope }): Batch[] {
  return inLanes({ group: 'count samples', lanes: samplesCountedLanes({ scope }) });
}

export function samplesCountedLanes({ scope }: { scope: Scope }): Lane[] {
  return [...countedLanes({ scope }), ...growthLanes({ scope, moment: 'after' })];
}

/** On every host of an agent: each knows the meters that it polled itself. The report has each meter once. */
function countedLanes({ scope }: { scope: Scope }): Lane[] {
  return scope.services.flatMap(({ service, unitHosts }) =>
    service.units.flatMap(({ name, provedAlone }): Lane[] => {
      if (provedAlone?.twice === undefined) return [];
      const { twice, rules } = provedAlone;
      const step = probe({
        id: `${service.name}/twice-${name}`,
        title: twice.title,
        script: twice.look,
        isRead: true,
        timeoutSeconds: 120,
        remedy: 'choose skip: it only counts, for the report.',
        requirements: [...rules, 'R-CEIL-21'],
      });
      return [{ lane: `samples of ${name}`, batches: [batch({ hosts: unitHosts[name] ?? [], steps: [step] })] }];
    }),
  );
}
