import type { AgentPart } from '../../schema/agents-order';
import type { ServiceRole } from '../../schema/cloud';
import type { ShellText } from '../../shell/sh';
import type { RuleId } from '../rules';
import type { Majors } from './majors';

/** One process of a service: the systemd unit of this name, or a site of Apache. Which of them runs it, each host tells (plan/scope/runner.ts). */
export interface ServiceUnit {
  readonly name: string;
  /** Hosts it belongs on. Found on another one it is a finding: its host would keep the old code beside the new schema. */
  readonly on: ServiceRole;
  readonly runBy: Readonly<Record<Packaging, Runner>>;
  readonly api: Api | null;
  /** Read-only, run on the host after the start: every line succeeds once the unit does its work. */
  readonly ready: ShellText | null;
  /** Read-only, run on the host after the stop: every line succeeds once nobody counts on the unit any more. */
  readonly gone: ShellText | null;
  /** What is still to be done by it before it stops, for all its hosts together. Absent: nothing. */
  readonly drained?: DrainedLook;
  /** What waits for it is safe without it, in a queue or to be measured again: a stop strands nothing. */
  readonly strandsNothing?: true;
  /** Of a service of agents: in whose place it is upgraded (R-CEIL-23). Absent: it is no part of such a service. */
  readonly part?: AgentPart;
  /** It can run and do nothing (fact 12): one starts alone and is proved, then the others. Absent: `ready` is enough. */
  readonly provedAlone?: AgentProof;
  /** Seconds its graceful stop may take; Debian's unit gives 15 and then kills (fact 3). Null: the default is enough. */
  readonly gracefulStopSeconds: number | null;
  /** Major versions of the service that have it. Absent: all that are known. */
  readonly majors?: Majors;
}

export interface DrainedLook {
  /** As in `wait up to 30 min: every measure is processed`. */
  readonly title: string;
  /** Read-only, on one of its hosts, once nobody gives it more: prints how many are left, and succeeds when none are. */
  readonly look: ShellText;
  /** When some remain. */
  readonly remedy: string;
  readonly rules: readonly RuleId[];
}

/** A proof by what the agent of this host has done since it was started. */
export interface AgentProof {
  /** `samples arrive in the store`. */
  readonly title: string;
  readonly look: ShellText;
  /** Of those that start beside it: they may have no share of the work. Absent: as of the first. */
  readonly lookBeside?: ShellText;
  /** On the hosts that still run it with the installed release, once it runs beside them with the new one. */
  readonly besideOld?: {
    readonly title: string;
    readonly look: ShellText;
    readonly remedy: string;
    readonly rules: readonly RuleId[];
  };
  /** On the first of them, once all of them run: what their change cost, in one line for the report. It never fails. */
  readonly cost?: { readonly title: string; readonly look: ShellText };
  /** On each of them, at the end of a run: how many samples were taken too soon after the one before. It never fails. */
  readonly twice?: { readonly title: string; readonly look: ShellText };
  readonly seconds: number;
  readonly remedy: string;
  readonly rules: readonly RuleId[];
}

export type Packaging = 'debian' | 'ubuntu';

/** Who runs a process in a distribution's packages: what is named where a host runs it in neither way. */
export type Runner =
  | { readonly by: 'unit'; readonly name: string }
  | { readonly by: 'apache'; readonly site: string; readonly unit: 'apache2' };

/** Both distributions package it as a unit of this name. */
export function unitEverywhere(name: string): ServiceUnit['runBy'] {
  return { debian: { by: 'unit', name }, ubuntu: { by: 'unit', name } };
}

/** Debian packages it as a unit, Ubuntu as a site of Apache; both of this name. */
export function siteOnUbuntu(name: string): ServiceUnit['runBy'] {
  return { debian: { by: 'unit', name }, ubuntu: { by: 'apache', site: name, unit: 'apache2' } };
}

export interface Api {
  /** As in the report: `heat-api`. */
  readonly name: string;
  readonly port: number;
  /** Answers 200 or 300 without a token; tells only that WSGI answers (B.0). */
  readonly healthPath: string;
  /** What else than 200 and 300 it answers there: 401 where no path is open to those who have no token. */
  readonly alsoAnswers?: number;
  /** Who calls it: people and their tools, other services of the cloud, or both. */
  readonly faces: 'users' | 'services' | 'both';
}
