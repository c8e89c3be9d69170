import type { Release } from '../../schema/effect';
import { type HostName, listed, type ServiceName } from '../../schema/names';
import type { Batch } from '../../schema/plan';
import { channelsFed, type CloudState } from '../cloud-state';
import { agentServicesOf, servicesOf, whoServes, type ServingHost } from '../who-serves';

interface Moments {
  /** Before the first step of the phase and after each. */
  readonly moments: readonly [CloudState, ...CloudState[]];
}

/** Which API hosts of a service answer users at a time. */
type Situation =
  | { readonly kind: 'none' }
  | { readonly kind: 'every'; readonly code: Code }
  | { readonly kind: 'some'; readonly hosts: readonly HostName[]; readonly code: Code };

/** The release, or which host has which where both serve. */
type Code = Release | readonly ServingHost[];

/** What users of the cloud notice in a phase, and what others must know, as its effects have it. */
export function impactOf(options: Moments & { readonly batches: readonly Batch[] }): string {
  const { moments } = options;
  const services = servicesOf(moments[0]);
  const told = services.map((service) => ({ service, ...availability({ moments, service }) }));
  const sentences = [...new Set(told.map(({ sentence }) => sentence))];
  const served = sentences.map((sentence) => {
    const own = told.filter((one) => one.sentence === sentence);
    const unnoticed = own.every(({ noticed }) => !noticed);
    if (own.length === services.length) return unnoticed ? `None: ${sentence}` : capital(sentence);
    return `${listed(own.map(({ service }) => service))}: ${sentence}`;
  });
  const agents = agentServicesOf(moments[0]).flatMap((service) => agentsIn({ moments, service }));
  return [...served, ...agents, ...remarks(options)].map((sentence) => `${sentence}.`).join(' ');
}

/** Nobody calls them: what they do not measure meanwhile is a gap. */
function agentsIn({ moments, service }: Moments & { service: ServiceName }): string[] {
  const run = (state: CloudState | undefined): boolean =>
    Object.values(state?.running ?? {}).some((process) => process.service === service);
  const [first, last] = [run(moments[0]), run(moments.at(-1))];
  if (first && last) return servicesOf(moments[0]).length > 0 ? [] : [`${service}: its agents run`];
  if (first) return [`${service}: its agents stop, and nothing is measured until they run again`];
  return [`${service}: its agents ${last ? 'start again' : 'are stopped'}`];
}

function availability(options: Moments & { service: ServiceName }): { sentence: string; noticed: boolean } {
  const { moments, service } = options;
  const every = everyHost({ state: moments[0], service });
  const all = moments.map((state) => situation({ serving: whoServes({ state, service }), every }));
  const [first, ...changes] = all.filter((one, index) => JSON.stringify(one) !== JSON.stringify(all[index - 1]));
  if (first === undefined) return { sentence: '', noticed: false };
  const noticed = first.kind !== 'every' || changes.length > 0;
  // More than three changes are hosts that follow each other: who serves at the start and at the end tells it.
  const [last] = changes.slice(3).slice(-1);
  if (last !== undefined) return { sentence: `${words(first)}, then host by host until ${words(last)}`, noticed };
  const then = changes.map((now, index) => later({ now, before: [first, ...changes][index] }));
  return { sentence: [words(first), ...then].join(', then '), noticed };
}

/** As the survey found them: hosts that were out of rotation then are nothing that users miss. */
function everyHost({ state, service }: { state: CloudState; service: ServiceName }): HostName[] {
  const { rotation } = state.before;
  const balanced = Object.values(rotation).flatMap(({ state: is, reaches }) =>
    is === 'ready' && reaches !== null && state.before.units[reaches.unit]?.service === service ? [reaches.host] : [],
  );
  return [...new Set(balanced)];
}

function situation(options: { serving: readonly ServingHost[]; every: readonly HostName[] }): Situation {
  const { serving, every } = options;
  const hosts = serving.map(({ host }) => host);
  if (hosts.length === 0) return { kind: 'none' };
  const releases = [...new Set(serving.map(({ release }) => release))];
  const code = releases.length > 1 ? serving : (releases[0] ?? 'installed');
  return every.every((host) => hosts.includes(host)) ? { kind: 'every', code } : { kind: 'some', hosts, code };
}

function words(situation: Situation): string {
  switch (situation.kind) {
    case 'none':
      return 'no API serves';
    case 'every':
      return `every API serves${withCode(situation.code)}`;
    case 'some':
      return `only ${listed(situation.hosts)} ${situation.hosts.length === 1 ? 'serves' : 'serve'}${withCode(situation.code)}`;
    default:
      return situation satisfies never;
  }
}

/** The code again only where it is another one. */
function later(options: { now: Situation; before: Situation | undefined }): string {
  const { now, before } = options;
  if (now.kind === 'none') return 'none';
  const same =
    before !== undefined && before.kind !== 'none' && JSON.stringify(before.code) === JSON.stringify(now.code);
  const code = same ? '' : withCode(now.code);
  return now.kind === 'every' ? `every API${code}` : `only ${listed(now.hosts)}${code}`;
}

function withCode(code: Code): string {
  switch (code) {
    case 'installed':
      return ' with the installed code';
    case 'target':
      return ' with the new code';
    default:
      return `: ${listed(
        (['target', 'installed'] as const).map((release) => {
          const hosts = code.filter((one) => one.release === release).map(({ host }) => host);
          return `${hosts.join(', ')}${release === 'target' ? ' with the new code' : ' with the installed code'}`;
        }),
      )}`;
  }
}

/** What no picture of the cloud shows: it lies between two of them. */
function remarks({ moments, batches }: Moments & { readonly batches: readonly Batch[] }): string[] {
  const [first] = moments;
  const last = moments.at(-1) ?? first;
  const guard = 'guard: apt';
  return [
    ...(servicesOf(first).some((service) => goesDown({ moments, service }))
      ? ['What users have built keeps running']
      : []),
    ...(!first.things.includes(guard) && last.things.includes(guard)
      ? ['Nobody but the upgrade installs packages from now on']
      : []),
    ...reloads(batches),
    ...(batches.some(({ steps }) => steps.some(waitsForWork)) ? ['Waits until work in progress has ended'] : []),
    ...(moments.some((state, index) => strands({ before: moments[index - 1], state }))
      ? ['What users start while an engine stops may stay in progress forever']
      : []),
  ];
}

/** Others who are served by the same Apache are no part of the run, and are told. */
function reloads(batches: readonly Batch[]): string[] {
  const all = batches.flatMap(({ hosts, steps }) =>
    steps.flatMap((step) =>
      step.kind === 'change'
        ? (step.effects ?? []).flatMap((effect) => (effect.kind === 'reload' ? [{ hosts, ...effect }] : []))
        : [],
    ),
  );
  if (all.length === 0) return [];
  const own = all.map(({ site }) => site);
  const hosts = [...new Set(all.flatMap((one) => one.hosts))].sort();
  const others = [...new Set(all.flatMap((one) => one.others))].filter((name) => !own.includes(name)).sort();
  const reload = `Apache reloads on ${listed(hosts)}`;
  if (others.length === 0) return [reload];
  return [`${reload}: its other sites (${listed(others)}) keep answering, up to ${String(lateSeconds)} s late`];
}

/**
 * Between its old processes and its new ones Apache accepts no connection, and processes of mod_wsgi get 3 s to end (seen with
 * 2.4.71 and 4.9.4: 2.5 s with two of Keystone's): connections wait in the queue of the socket meanwhile.
 */
const lateSeconds = 5;

function goesDown({ moments, service }: Moments & { service: ServiceName }): boolean {
  const serving = moments.map((state) => whoServes({ state, service }).length > 0);
  return serving[0] === true && serving.includes(false);
}

/** Shorter ones are over before anybody wonders. */
const longWaitSeconds = 300;

function waitsForWork(step: Batch['steps'][number]): boolean {
  return (
    step.kind === 'probe' &&
    step.retryForSeconds >= longWaitSeconds &&
    (step.proves ?? []).some(({ kind }) => kind === 'drained' || kind === 'idle')
  );
}

/** An engine stops on a vhost to which an API in rotation still gives work. */
function strands({ before, state }: { before: CloudState | undefined; state: CloudState }): boolean {
  if (before === undefined) return false;
  const fed = channelsFed(before);
  return Object.entries(before.running).some(
    ([id, { role, channel }]) =>
      role === 'engine' && state.running[id] === undefined && channel !== null && fed.includes(channel),
  );
}

const capital = (sentence: string): string => sentence.charAt(0).toUpperCase() + sentence.slice(1);
