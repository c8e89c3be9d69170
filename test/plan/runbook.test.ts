import { join } from 'node:path';
import { renderRunbook } from '../../plan/render';
import { expectGolden } from '../golden';
import { toyPlan } from './toy-cloud';

const golden = (name: string): string => join(__dirname, 'golden', `${name}.txt`);

describe('the runbook of a full upgrade', () => {
  it.each([
    ['full-two-controllers', {}],
    ['full-one-controller', { controllers: ['ctl1'] }],
    ['full-three-controllers', { controllers: ['ctl1', 'ctl2', 'ctl3'] }],
    ['full-keystone-only', { services: ['keystone'] }],
  ])('%s reads as its golden file', (name, toy) => {
    expectGolden({ file: golden(name), text: renderRunbook(toyPlan(toy)) });
  });

  it('names no step twice on one host: the name is the identity of its job', () => {
    const plan = toyPlan({});
    const batches = [
      ...plan.phases.flatMap(({ batches: own, serving }) => [...own, ...(serving === null ? [] : [serving])]),
      ...plan.finally.always,
      ...plan.finally.resolved,
    ];
    const bound = batches.flatMap(({ hosts, steps }) =>
      steps.flatMap(({ id }) => hosts.map((host) => `${id}@${host}`)),
    );
    expect(bound.filter((id, index) => bound.indexOf(id) !== index)).toEqual([]);
    expect(bound.length).toBeGreaterThan(100);
  });

  it('does not depend on the run', () => {
    expect(JSON.stringify(toyPlan({}).phases)).not.toContain('00000000-0000');
  });
});
