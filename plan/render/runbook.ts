import { listed } from '../../schema/names';
import type { ExpectedTimes } from '../../schema/expected-times';
import {
  type Batch,
  type Carried,
  type Finding,
  type PackageSet,
  type Phase,
  type Plan,
  type Repair,
  serviceNames,
  type Step,
  type UndoPhase,
} from '../../schema/plan';
import {
  phasesBack,
  phasesOfRestore,
  previewOf,
  stagesOf,
  undoPhasesOf,
  withoutConfirms,
} from '../../schema/walk-plan';
import { restoreSentence, schemasRestored, wayBackSentence } from '../../schema/way-back';
import { fromRestorePoint, prelude } from '../change';
import { programsByDigest, programTexts } from './programs';
import { ruleLines } from './rules';
import { expectedTimesText } from './expected-times';
import type { Stories } from './story';
import { indented, paragraphs, underlined, wrapped } from './text';

/**
 * The plan as a text for people: what a person approves, and what one goes on with by hand when worker, Temporal or
 * bastion are gone. Plain text; commands stand as they run, indented by four blanks. `stories`: render/story.ts; null where the cloud before the run is not known, or nothing is going to happen.
 */
export function renderRunbook(options: { plan: Plan; stories: Stories | null; times?: ExpectedTimes | null }): string {
  const { plan, stories, times = null } = options;
  const { programs = [] } = plan;
  const steps = [
    ...plan.phases.map((phase, index) =>
      phaseText({ phase, heading: `Phase ${String(index + 1)}: ${phase.title}`, lead: [] }),
    ),
    rollbackText({ phases: plan.phases, story: stories?.rollback ?? null }),
    restoreText({ plan, story: stories?.restore ?? null }),
    finallyText(plan),
  ];
  return [
    heading(plan),
    findings(plan.findings),
    expectedTimesText({ plan, times }),
    versions(plan.packageSets),
    stories?.forward ?? overview(plan),
    byHand(plan),
    ...steps.map((text) => programsByDigest({ text, programs })),
    programTexts({ programs }),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n');
}

function heading(plan: Plan): string {
  const roles = plan.hosts.map(({ name, roles: has }) => `  ${name.padEnd(12)} ${has.join(', ')}`);
  return [
    underlined(
      `${plan.cloud}: ${serviceNames(plan).join(', ')} from ${plan.from} to ${plan.to} (${plan.kind === 'rollback' ? `rollback of run ${plan.restorePoint ?? ''}` : `${plan.kind} upgrade`})`,
      '=',
    ),
    '',
    'Hosts',
    ...roles,
    '',
    `Runbook files, evidence and a part of the restore point are on every host below /var/lib/openstack-upgrade; the restore point's manifest, the lock and the report are on ${plan.lockHost}.`,
  ].join('\n');
}

function findings(all: readonly Finding[]): string {
  if (all.length === 0) return `${underlined('Findings', '-')}\nNone.`;
  const rows = all.map(({ id, level, text, remedy, sources }) =>
    [
      `${level.toUpperCase()} ${id}`,
      ...wrapped({ text, indent: '  ' }),
      ...wrapped({ text: `-> ${remedy}`, indent: '  ' }),
      ...ruleLines({ lead: 'see:', ids: sources, indent: '  ' }),
    ].join('\n'),
  );
  return [underlined('Findings', '-'), rows.join('\n')].join('\n');
}

function versions(sets: readonly PackageSet[]): string {
  return sets
    .map(({ id, hosts, packages }) => {
      const width = Math.max(...packages.map(({ name }) => name.length));
      const rows = packages.map(
        ({ name, installed, target }) => `  ${name.padEnd(width)}  ${installed ?? '(new)'} -> ${target}`,
      );
      return [underlined(`Packages ${id}: ${hosts.join(', ')}`, '-'), ...rows].join('\n');
    })
    .join('\n\n');
}

function overview({ kind, phases }: Plan): string {
  if (phases.length === 0) return `${underlined('Phases', '-')}\nNone: there is something to do first (see findings).`;
  const rows = phases.map(({ title, impact, gate, ...phase }, index) =>
    [
      `${String(index + 1)}. ${title}${gate === null ? '' : '   [asks before]'}`,
      ...wrapped({ text: impact, indent: '   ' }),
      // Nothing rolls a rollback back.
      ...(kind === 'rollback' ? [] : wayBackLines({ phase, before: phases[index - 1] })),
    ].join('\n'),
  );
  return [underlined('Phases', '-'), ...rows].join('\n');
}

/** A rollback that is the same as before is not told again: what changes from phase to phase stands out. */
function wayBackLines(options: { phase: Pick<Phase, 'wayBack'>; before: Phase | undefined }): string[] {
  const { phase, before } = options;
  const sentence = wayBackSentence(phase.wayBack);
  if (before !== undefined && sentence === wayBackSentence(before.wayBack)) return ['   Rollback: as before.'];
  return wrapped({ text: `Rollback: ${sentence}`, indent: '   ' });
}

function byHand({ runId, restorePoint = runId }: Plan): string {
  const script = `${prelude.text}\n`;
  const environment = restorePoint === runId ? script : fromRestorePoint({ script, point: restorePoint });
  return [
    underlined('By hand', '-'),
    'Every command runs as root in plain sh. Before the first, on each host:',
    '',
    indented(`export OSU_RUN=<the run's id> OSU_HOST=<this host>\n${environment.trimEnd()}`),
    '',
    'A step is done when its "done when" succeeds; then leave it. Finished steps are listed in $RUN/DONE.',
  ].join('\n');
}

/** Told once, in the order of a rollback from the very end. */
function rollbackText({ phases, story }: { phases: readonly Phase[]; story: string | null }): string {
  const back = phasesBack(phases);
  if (back.length === 0) return '';
  return [
    underlined('Rollback', '#'),
    ...wrapped({
      text:
        `The answer rollBack at a gate undoes every phase that has started, the last one first. ${restores(phases)} ${previews(phases)}` +
        'By hand: begin with the one that undoes the phase you are in, and continue to the end.',
      indent: '',
    }),
    ...(story === null ? [] : ['', story]),
    ...[...phases].reverse().flatMap((phase, index, reversed) => undoing({ phase, later: reversed.slice(0, index) })),
  ].join('\n');
}

/** The other rollback of a rolling run: one list, from wherever it begins. */
function restoreText({ plan, story }: { plan: Plan; story: string | null }): string {
  const { restore } = plan;
  if (restore === undefined) return '';
  const { from, preview } = restore;
  const first = plan.phases.find(({ id }) => id === from)?.title ?? from;
  return [
    underlined('Rollback with restore', '#'),
    ...wrapped({
      text:
        `The answer rollBackWithRestore, at a gate from "${first}" on or in the middle of the other rollback. ${restoreSentence(restore)} It first runs ` +
        `"${preview.probe.title}" on ${preview.host}, shows the list, and asks. By hand: begin with the first phase, wherever the run stands, and continue to the end.`,
      indent: '',
    }),
    ...(story === null ? [] : ['', story]),
    ...phasesOfRestore(restore).flatMap((phase) => ['', phaseText({ phase, heading: phase.title, lead: [] })]),
  ].join('\n');
}

/** Not a step: it runs before the first one, for the person who decides. */
function previews(phases: readonly Phase[]): string {
  const preview = previewOf(phases);
  if (preview === null) return '';
  return `Once users could write, it first runs "${preview.probe.title}" on ${preview.host}, shows the list, and asks. `;
}

function restores(phases: readonly Phase[]): string {
  const first = phases.find(({ wayBack }) => wayBack.kind === 'restore');
  if (first === undefined) return 'No database is restored.';
  return `From "${first.title}" on, that restores databases: ${listed(schemasRestored(phases))}.`;
}

/** What undoes a phase. A part that a later phase needs as well stands there, above. */
function undoing(options: { phase: Phase; later: readonly Phase[] }): string[] {
  const { title, wayBack } = options.phase;
  const above = new Set(phasesBack(options.later).map(({ id }) => id));
  return undoPhasesOf(wayBack).flatMap((phase) =>
    above.has(phase.id)
      ? [
          '',
          ...wrapped({
            text: `To undo "${title}", do this first, unless it is done: "${phase.title}", above.`,
            indent: '',
          }),
        ]
      : [
          '',
          phaseText({
            phase,
            heading: phase.title,
            lead: [`Undoes: ${title}`, ...leftOut({ id: phase.id, later: options.later })],
            asks: 'ASKS BEFORE, where a database was restored',
          }),
        ],
  );
}

/** By hand, too: what undoes a later phase has done it already. */
function leftOut({ id, later }: { id: string; later: readonly Phase[] }): string[] {
  const first = later.findLast(({ wayBack }) => wayBack.kind === 'restore' && wayBack.instead?.includes(id) === true);
  return first === undefined
    ? []
    : wrapped({
        text: `Leave this phase out once "${first.title}" was started: what undoes that does the same on every host.`,
        indent: '',
      });
}

function phaseText(options: {
  phase: UndoPhase & Partial<Pick<Phase, 'gate'>>;
  heading: string;
  lead: readonly string[];
  asks?: string;
}): string {
  const { phase, heading, lead, asks = 'ASKS BEFORE' } = options;
  const batches = phase.serving === null ? phase.batches : [...phase.batches, withoutConfirms(phase.serving)];
  return [
    underlined(heading, '='),
    ...lead,
    ...(phase.gate == null ? [] : paragraphs(`${asks}: ${phase.gate.question}`)),
    ...phase.preconditions.map(({ host, probe }) => `Must hold before, on ${host}: ${probe.title}`),
    ...stageTexts(batches.filter(({ steps }) => steps.length > 0)),
    ...byPeople(phase.serving),
  ].join('\n');
}

/** What people have brought about in the steps above: whoever stops later has to see to it. */
function byPeople(serving: Batch | null): string[] {
  const titles = (serving?.steps ?? []).filter(({ kind }) => kind === 'confirm').map(({ title }) => title);
  return titles.flatMap((title) => ['', `Stays so from here on, by people's hands: ${title}`]);
}

function batchText(batch: Batch): string {
  const where = batch.hosts.length === 1 ? `On ${batch.hosts.join()}` : `On ${batch.hosts.join(', ')}, side by side`;
  const lane = batch.beside === undefined ? '' : ` (${batch.beside.lane})`;
  return ['', underlined(`${where}${lane}`, '.'), ...batch.steps.map(stepText)].join('\n');
}

/** Lanes stand one after the other, each with its name; whoever works alone takes them in this order. */
function stageTexts(batches: readonly Batch[]): string[] {
  return stagesOf(batches).flatMap((lanes) => {
    const texts = lanes.flat().map(batchText);
    if (lanes.length === 1) return texts;
    const names = lanes.flatMap(([first]) => first?.beside?.lane ?? []);
    return ['', ...wrapped({ text: `Side by side, or in this order: ${names.join('; ')}.`, indent: '' }), ...texts];
  });
}

function stepText(step: Step): string {
  const head = [
    '',
    `[ ] ${step.id}: ${step.title}`,
    ...ruleLines({ lead: 'follows:', ids: step.requirements, indent: '    ' }),
  ];
  switch (step.kind) {
    case 'change':
      return [
        ...head,
        ...bringing(step.carries),
        '',
        indented(step.run),
        ...(step.check === null
          ? []
          : ['', '    done when:', indented(withoutRepetition({ text: step.check, shown: step.run }))]),
        `    time: at most ${String(step.timeoutSeconds)} s`,
      ].join('\n');
    case 'probe':
      return [
        ...head,
        ...waiting(step.retryForSeconds),
        ...helping(step.remedy),
        '',
        indented(body(step.script)),
        ...repairing(step.repair),
      ].join('\n');
    case 'confirm':
      return [...head, '    a person does this; the run waits until it is confirmed', '', indented(step.question)].join(
        '\n',
      );
    case 'watch':
      return [...head, '    runs beside the other steps', '', indented(body(step.script))].join('\n');
    default:
      return step satisfies never;
  }
}

/** A text that stands a few lines above is not printed again. */
function withoutRepetition(options: { text: string; shown: string }): string {
  return options.text.replaceAll(/<<'(END_*)'\n([\s\S]*?\n)\1/g, (whole, end: string, body: string) =>
    body.split('\n').length > 4 && options.shown.includes(body) ? `<<'${end}' (the text above)` : whole,
  );
}

/** By hand there is no worker between the hosts. */
function bringing(carries: Carried | undefined): string[] {
  if (carries === undefined) return [];
  const { hosts, list, into } = carries;
  return [
    ...wrapped({
      text:
        `first the worker brings here what this lists on ${hosts.join(', ')}. By hand: copy each file to ` +
        `"$RP/inbox/HOST/PATH@0", and what is printed to "$RP/inbox/HOST/list.${into}".`,
      indent: '    ',
    }),
    indented(body(list)),
  ];
}

function waiting(seconds: number): string[] {
  return seconds === 0 ? [] : [`    tries again for up to ${String(seconds)} s, then asks`];
}

/** What a person does who goes on by hand. */
function helping(remedy: string | undefined): string[] {
  return remedy === undefined ? [] : wrapped({ text: `if this fails: ${remedy}`, indent: '    ' });
}

/** What the answer `repair` starts at the gate of a probe. */
function repairing(repair: Repair | undefined): string[] {
  if (repair === undefined) return [];
  const { host, step } = repair;
  return ['', `    only when its gate is answered with repair, on ${host}: ${step.title}`, indented(step.run)];
}

/** The script without what every script begins with. */
function body(script: string): string {
  return script.startsWith(prelude.text) ? script.slice(prelude.text.length).replace(/^\n(set -e\n)?/, '') : script;
}

function finallyText(plan: Plan): string {
  if (plan.phases.length === 0) return '';
  return [
    underlined('At the end of every run', '='),
    ...stageTexts(plan.finally.always),
    '',
    underlined('When nothing is half-done', '='),
    ...stageTexts(plan.finally.resolved),
  ].join('\n');
}
