import type { Plan } from '../../schema/plan';
import { enginesApart, movedByPeople, ownVhost, toyPartialPlan, toyPlan, unreadBalancer } from './toy-cloud';

/** A plan of each kind and order, by the name of its golden file. */
export const fullPlans: Readonly<Record<string, () => Plan>> = {
  'full-two-controllers': () => toyPlan({}),
  'full-one-controller': () => toyPlan({ controllers: ['ctl1'] }),
  'full-three-controllers': () => toyPlan({ controllers: ['ctl1', 'ctl2', 'ctl3'] }),
  'full-keystone-only': () => toyPlan({ services: ['keystone'] }),
};

const rolling = (options: object): { request: object } => ({ request: { options: { rolling: options } } });

export const rollingPlans: Readonly<Record<string, () => Plan>> = {
  'partial-two-controllers': () => toyPartialPlan({}),
  'partial-five-controllers': () => toyPartialPlan({ controllers: ['ctl1', 'ctl2', 'ctl3', 'ctl4', 'ctl5'] }),
  'partial-two-side-hosts': () =>
    toyPartialPlan({
      controllers: ['ctl1', 'ctl2', 'ctl3', 'ctl4', 'ctl5'],
      ...rolling({ side: ['ctl2', 'ctl4'] }),
    }),
  'partial-old-vhost-goes': () =>
    toyPartialPlan({ ...rolling({ removeOldVhost: true }), change: ownVhost({ notificationVhost: 'metering' }) }),
  'partial-balanced-by-people': () => toyPartialPlan({ loadBalancer: movedByPeople, change: unreadBalancer }),
  'partial-guide-order': () =>
    toyPartialPlan({ controllers: ['ctl1', 'ctl2', 'ctl3', 'ctl4'], ...rolling({ order: 'guide' }) }),
  'partial-api-switch-first': () =>
    toyPartialPlan({ controllers: ['ctl1', 'ctl2', 'ctl3'], ...rolling({ order: 'guide', apis: 'switchFirst' }) }),
  'partial-venv': () =>
    toyPartialPlan({
      controllers: ['ctl1', 'ctl2', 'ctl3'],
      ...rolling({ order: 'guide', newCode: 'venv', wheelhouse: '/srv/heat-wheels' }),
    }),
  'partial-engines-apart': () =>
    toyPartialPlan({ controllers: ['ctl1', 'ctl2', 'eng1', 'eng2'], change: enginesApart }),
};
