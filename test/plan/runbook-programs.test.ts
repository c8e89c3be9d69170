import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { renderRunbook } from '../../plan/render/runbook';
import { readPrograms } from '../../programs';
import type { Plan } from '../../schema/plan';
import { toyPartialPlan, toyPlan } from '../support/planned';

const guide = { request: { options: { rolling: { order: 'guide' } } } };
const plans: [string, Plan, string[]][] = [
  [
    'full',
    toyPlan({}),
    [
      'engine-rows',
      'flush-memcached',
      'library-users',
      'load-dump',
      'openstack-check',
      'paste-factories',
      'restore-part',
      'service-schema',
      'source-entries',
    ],
  ],
  [
    'rolling',
    toyPartialPlan(guide),
    [
      'broker-vhost',
      'engine-rows',
      'library-users',
      'load-dump',
      'openstack-check',
      'paste-factories',
      'restore-part',
      'service-schema',
      'service-transport',
      'source-entries',
      'stuck-stacks',
    ],
  ],
];

describe('programs in a runbook', () => {
  it.each(plans)('are printed once, at the end, and each as the bytes that its digest names: %s', (_, plan, names) => {
    const [steps = '', ...texts] = renderRunbook({ plan, stories: null }).split(/\n\nProgram (?=\S+\n=+\nSHA-256 )/);
    expect(texts.map((text) => text.split('\n')[0])).toEqual(names);
    for (const text of texts) {
      const [, sha256 = '', program = ''] = /SHA-256 (\S+)\n\n([^]*)$/.exec(text) ?? [];
      const byHand = `${program.replaceAll(/^ {4}/gm, '').trimEnd()}\n`;
      expect(createHash('sha256').update(byHand).digest('hex')).toBe(sha256);
      expect(steps).toContain(sha256);
    }
    expect(steps).not.toContain('#!/usr/bin/python3');
    expect(steps).not.toContain('# Writes what a host keeps');
  });

  it('are not named in a plan that was recorded before: its steps print them', () => {
    const before: Plan = { ...toyPlan({}), programs: [] };
    expect(renderRunbook({ plan: before, stories: null })).toContain(
      readPrograms()['openstack-check'].text.split('\n').at(-2),
    );
    expect(renderRunbook({ plan: before, stories: null })).not.toContain('its text is at the end');
  });
});

describe('the step that writes a program to a host', () => {
  it('knows it by its digest: an older or damaged one is written again', () => {
    const { sha256, text } = readPrograms()['broker-vhost'];
    const step = toyPartialPlan({})
      .phases.flatMap(({ batches }) => batches.flatMap(({ steps }) => steps))
      .find(({ id }) => id === 'prepare/program-broker-vhost');
    if (step?.kind !== 'change') throw new Error('the plan writes no broker-vhost');
    expect(step.check).toContain(sha256);
    const run = (script: string): number | null =>
      spawnSync('sh', ['-c', `POOL=$(mktemp -d); trap 'rm -r "$POOL"' EXIT\n${script}`]).status;
    const check = `( ${step.check ?? ''} ) >/dev/null 2>&1`;
    expect(run(check)).not.toBe(0);
    expect(run(`${step.run}\n${check}`)).toBe(0);
    expect(run(`${step.run}\necho >> "$POOL/bin/broker-vhost"\n${check}`)).not.toBe(0);
    expect(step.run.split(text)).toHaveLength(2);
  });
});
