import type { CloudFacts } from '../../catalog/facts';
import { services as catalog } from '../../catalog/services';
import { type Cloud } from '../../schema/cloud';
import { checkRequest, type Request } from '../../schema/request';
import { scopeOfSubject } from '../../plan/draw-up';
import { type PlanSubject } from '../../plan/scope/subject';
import { cloudBefore, type CloudState } from '../../plan/cloud-state';
import { planFull } from '../../plan/orders/full';
import { planPartial } from '../../plan/orders/rolling';
import { readPrograms } from '../../programs';
import type { Plan } from '../../schema/plan';

import { toyCloud, toyFacts, type Toy } from '../../testing/toy-survey';

export type ToyOptions = Partial<Toy> & {
  readonly request?: object;
  readonly unread?: CloudFacts['unread'];
  readonly loadBalancer?: Cloud['loadBalancer'];
  readonly backup?: Cloud['backup'];
  /** Of which the cloud file has package sources. */
  readonly series?: readonly string[];
};

/** All at once, where nothing else is asked for: the order that has every step in the fewest phases. */
export function toyPlan(options: ToyOptions): Plan {
  return planFull(fullSubject(options));
}

/** Of a full upgrade. `chooses`: in the order that the plan itself takes. */
export function fullSubject({ chooses = false, ...toy }: ToyOptions & { readonly chooses?: boolean }): PlanSubject {
  const subject = toySubject(toy);
  const { request } = subject;
  if (chooses || request.options.full !== undefined) return subject;
  return { ...subject, request: { ...request, options: { ...request.options, full: { order: 'allAtOnce' } } } };
}

/** A rolling upgrade of Heat, in the same toy cloud. */
export function toyPartialPlan(options: ToyOptions): Plan {
  return planPartial(
    toySubject({ services: ['heat'], ...options, request: { services: ['heat'], ...options.request } }),
  );
}

/** A plan together with the cloud that it begins with, for what is held against its effects. */
export function toyDrawing(options: ToyOptions & { kind?: 'full' | 'partial' }): { plan: Plan; before: CloudState } {
  const { kind = 'partial', ...toy } = options;
  const subject = kind === 'full' ? fullSubject(toy) : toySubject(toy);
  return {
    plan: (kind === 'full' ? planFull : planPartial)(subject),
    before: cloudBefore(scopeOfSubject({ ...subject, kind })),
  };
}

/** What such a plan is made from. */
export function toySubject(options: ToyOptions): PlanSubject {
  const toy: Toy = {
    controllers: ['ctl1', 'ctl2'],
    services: ['keystone', 'heat'],
    change: (host) => host,
    ...options,
  };
  const cloud = toyCloud(toy.controllers, toy.others, options.series);
  return {
    runId: '00000000-0000-4000-8000-000000000000',
    request: requestOf({ cloud: 'cedar', to: 'bobcat', ...namedOf(toy.services), ...options.request }),
    cloud: {
      ...cloud,
      loadBalancer: options.loadBalancer ?? cloud.loadBalancer,
      backup: options.backup ?? cloud.backup,
    },
    facts: { ...toyFacts(toy), unread: options.unread ?? [] },
    known: toy.known ?? catalog,
    programs: readPrograms(),
  };
}

/** Some are upgraded only where the request names them. */
function namedOf(services: readonly string[]): object {
  const named = catalog.some(({ name, onlyByName = false }) => onlyByName && services.includes(name));
  return named ? { services } : {};
}

function requestOf(raw: object): Request {
  const { full: order, agents } = (raw as { readonly options?: Partial<Request['options']> }).options ?? {};
  const full = order !== undefined || agents?.computes === 'stop';
  const checked = checkRequest(raw, full ? 'full' : 'partial');
  if (!checked.ok) throw new Error(checked.sentence);
  return checked.value;
}
