import type { Programs } from '../../programs';
import { counted } from '../../schema/names';
import type { Change } from '../../schema/plan';
import { hereDocument, sh, type ShellText } from '../../shell/sh';
import { change } from '../change';

interface Step {
  readonly id: string;
  /** Text by path. */
  readonly files: Readonly<Record<string, string>>;
  readonly programs: Programs;
}

/** What was there before is kept there, once, until it is back. */
const keptIn = sh`"$RP/pipelines"`;

const program = ({ programs, files }: Step, words: ShellText): ShellText =>
  sh`python3 - ${words} ${JSON.stringify(files)} ${hereDocument({ content: programs['pipeline-files'].text })}`;

const guard = 'guard: pipelines of the new release';

/** Agents of the installed release that start next on this host have the pipelines of the new one (R-CEIL-18). */
export function newPipelines(options: Step & { readonly target: string }): Change {
  return change({
    id: options.id,
    title: `write ${counted({ count: Object.keys(options.files).length, noun: 'pipeline file' })} of the new release`,
    check: program(options, sh`written`),
    run: program(options, sh`write ${keptIn} "$OSU_RUN" ${options.target}`),
    effects: [{ kind: 'thing', thing: guard, exists: true }],
    onInterrupted: 'rerun',
    timeoutSeconds: 60,
    requirements: ['R-CEIL-18'],
  });
}

/** A file that only this run put there would keep every later release from its own. */
export function pipelinesAsPackaged(options: Step): Change {
  return change({
    id: options.id,
    title: 'remove the pipeline files that only this run has written: the new packages have them',
    check: null,
    run: program(options, sh`packaged ${keptIn}`),
    effects: [{ kind: 'thing', thing: guard, exists: false }],
    onInterrupted: 'rerun',
    timeoutSeconds: 60,
    requirements: ['R-CEIL-18'],
  });
}

/** The agents that start next on this host have those from before. */
export function pipelinesBack(options: Step): Change {
  return change({
    id: options.id,
    title: 'restore the pipeline files from before the run',
    check: program(options, sh`as-before ${keptIn}`),
    run: program(options, sh`back ${keptIn}`),
    effects: [{ kind: 'thing', thing: guard, exists: false }],
    onInterrupted: 'rerun',
    timeoutSeconds: 60,
    requirements: ['R-CEIL-18'],
  });
}
