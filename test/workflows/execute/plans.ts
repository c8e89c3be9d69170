import fc from 'fast-check';
import type { Batch, Beside, Phase, Plan, Step } from '../../../schema/plan';
import { toyBatch, toyChange, toyConfirm, toyPhase, toyPlan, toyProbe } from '../../support/plan';

const hostNames = ['ctl1', 'ctl2', 'ctl3', 'db1'];

const hosts = fc.subarray(hostNames, { minLength: 1, maxLength: 3 });

/** A step whose id says where it belongs: `p0.b1.s2`. */
function stepAt(place: string): fc.Arbitrary<Step> {
  const onInterrupted = fc.constantFrom('check', 'rerun', 'ask');
  return fc.oneof(
    { weight: 4, arbitrary: onInterrupted.map((how): Step => toyChange(place, { onInterrupted: how })) },
    { weight: 1, arbitrary: fc.constant<Step>(toyProbe(place)) },
    { weight: 1, arbitrary: fc.constant<Step>({ ...watch, id: place, title: place }) },
    { weight: 1, arbitrary: fc.constant<Step>(toyConfirm(place)) },
  );
}

/** What a person may let a run do about the probe of this id. */
export const repairOf = (place: string): string => `${place}-repair`;

/** Looks on one host, and can be helped on the same or another one. */
function repairableAt(place: string): fc.Arbitrary<Batch> {
  const id = `${place}.s0`;
  return fc.tuple(fc.constantFrom(...hostNames), fc.constantFrom(...hostNames)).map(([host, mender]) => {
    const repair = { host: mender, step: toyChange(repairOf(id)) };
    return toyBatch([host], [toyProbe(id, { repair }), toyChange(`${place}.s1`)]);
  });
}

const watch = { kind: 'watch', id: '', title: '', script: 'toy watch', requirements: [] } as const;

function batchAt(place: string): fc.Arbitrary<Batch> {
  const steps = fc
    .integer({ min: 1, max: 3 })
    .chain((count) => fc.tuple(...Array.from({ length: count }, (_, index) => stepAt(`${place}.s${String(index)}`))));
  const many = fc.record({ hosts, steps, maxFailures: fc.constantFrom(0, 0, 1) });
  return fc.oneof({ weight: 4, arbitrary: many }, { weight: 1, arbitrary: repairableAt(place) });
}

function batchesAt(options: { place: string; min: number; max: number }): fc.Arbitrary<Batch[]> {
  const { place, min, max } = options;
  return fc
    .integer({ min, max })
    .chain((count) =>
      fc.tuple(
        fc.tuple(...Array.from({ length: count }, (_, index) => batchAt(`${place}.b${String(index)}`))),
        fc.array(fc.constantFrom(...lanes), { minLength: count, maxLength: count }),
      ),
    )
    .map(([batches, besides]) =>
      batches.map((batch, index) => {
        const beside = besides[index] ?? null;
        return beside === null ? batch : { ...batch, beside };
      }),
    );
}

/** Of two groups, each with two lanes; most batches are in none. */
const lanes: readonly (Beside | null)[] = [
  null,
  null,
  null,
  ...(['one', 'other'] as const).flatMap((group) => (['left', 'right'] as const).map((lane) => ({ group, lane }))),
];

/** What undoes the phase of this index: `z9` is the last of the way back, so that names go on forward on it. */
function undoOf(index: number): fc.Arbitrary<Phase[]> {
  const place = `z${String(9 - index)}`;
  return fc
    .tuple(batchesAt({ place, min: 1, max: 2 }), fc.boolean(), fc.constantFrom(0, 1, 1))
    .map(([batches, serves, count]) =>
      [
        toyPhase(place, batches, { serving: serves ? toyBatch(['lb1'], [toyChange(`${place}.b9.serve`)]) : null }),
      ].slice(0, count),
    );
}

function phaseAt(index: number): fc.Arbitrary<Phase> {
  const place = `p${String(index)}`;
  const gate = fc.constantFrom(
    null,
    null,
    { question: 'Go on?', automatic: true },
    { question: 'Go on?', automatic: false },
    { question: 'Go on?', automatic: false, mayBeLeftOut: true },
  );
  return fc
    .record({
      batches: batchesAt({ place, min: 1, max: 4 }),
      gate,
      looked: fc.subarray(hostNames, { maxLength: 2 }),
      serves: fc.constantFrom('command', 'person', null),
      altersCloud: fc.boolean(),
      rollBack: fc.option(undoOf(index), { nil: undefined, freq: 4 }),
    })
    .map(({ batches, gate: asks, looked, serves, altersCloud, rollBack }) =>
      toyPhase(place, batches, {
        altersCloud,
        ...(rollBack === undefined ? {} : { wayBack: { kind: 'undo', phases: rollBack } }),
        gate: asks,
        preconditions: looked.map((host) => ({ host, probe: toyProbe(`${place}.look`) })),
        // As the batch after the last, which it is.
        serving:
          serves === null
            ? null
            : toyBatch(['lb1'], [(serves === 'person' ? toyConfirm : toyChange)(`${place}.b9.serve`)]),
      }),
    );
}

/** Plans of every shape, small enough to be read when one of them breaks a promise. */
export const plans: fc.Arbitrary<Plan> = fc
  .record({
    phases: fc
      .integer({ min: 1, max: 4 })
      .chain((count) => fc.tuple(...Array.from({ length: count }, (_, i) => phaseAt(i)))),
    always: batchesAt({ place: 'always', min: 0, max: 2 }),
    resolved: batchesAt({ place: 'resolved', min: 0, max: 2 }),
  })
  .map(({ phases, always, resolved }) => toyPlan({ phases, finally: { always, resolved } }));
