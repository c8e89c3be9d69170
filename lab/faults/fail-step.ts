import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type {
  ActivityExecuteInput,
  ActivityInboundCallsInterceptor,
  ActivityInterceptorsFactory,
  Next,
} from '@temporalio/worker';
import type { StepInput } from '../../schema/activities';

/** A step that is made to fail once. */
export interface Fault {
  readonly stepId: string;
  /** Null: on the first host that comes to it. */
  readonly host: string | null;
  /** `after`: with all that it does done. */
  readonly when: 'before' | 'after';
}

/** `heat/db-sync`, `heat/db-sync@ctl1`, `heat/db-sync@ctl1:after`. */
export function faultOf(words: string): Fault {
  const [, stepId = words, host, when] = /^([^@:]+)(?:@([^:]+))?(?::(before|after))?$/.exec(words) ?? [];
  return { stepId, host: host ?? null, when: when === 'after' ? 'after' : 'before' };
}

export function armFault(options: { file: string; words: string }): void {
  writeFileSync(options.file, options.words);
}

/** Whether it has not struck yet. */
export function isArmed({ file }: { file: string }): boolean {
  return existsSync(file);
}

/**
 * Makes the step that the file names fail, once: its command ends with 97, on a real host, before or after it did its
 * work. Everything else is the product as it is.
 */
export function failingStep({ file }: { file: string }): ActivityInterceptorsFactory {
  return ({ info }) => ({
    inbound: {
      async execute(
        input: ActivityExecuteInput,
        next: Next<ActivityInboundCallsInterceptor, 'execute'>,
      ): Promise<unknown> {
        if (info.activityType !== 'openstackStep' || !isArmed({ file })) return next(input);
        const fault = faultOf(readFileSync(file, 'utf8').trim());
        const [step, ...others] = input.args as [StepInput, ...unknown[]];
        if (step.step.id !== fault.stepId || (fault.host !== null && step.host !== fault.host)) return next(input);
        rmSync(file);
        return next({ ...input, args: [{ ...step, step: failing({ step: step.step, fault }) }, ...others] });
      },
    },
  });
}

function failing({ step, fault }: { step: StepInput['step']; fault: Fault }): StepInput['step'] {
  const end = "echo 'made to fail, to see what happens then' >&2; exit 97";
  const script = fault.when === 'before' ? end : `(\n${step.script}\n)\n${end}`;
  // A look that is repeated until its time is over would only take that long.
  return step.kind === 'probe' ? { ...step, script, retryForSeconds: 0 } : { ...step, script };
}
