import type { Change, PackageChange, Probe } from '../../schema/plan';
import { lines, sh, type ShellText } from '../../shell/sh';
import { change, probe } from '../change';
import type { OtherUnit } from '../scope/other-units';
import type { Site } from '../scope/runner';
import { processesOf } from './apache';
import { programPath } from './programs';

/** A service outside the run starts again with what is on the disk now. Left alone where it is younger than its packages. */
export function restartOther(options: { id: string; other: Pick<OtherUnit, 'unit' | 'uses'> }): Change {
  const { id, other } = options;
  const { unit, uses } = other;
  return change({
    id,
    title: `restart ${unit}`,
    check: sh`
      systemctl -q is-active ${unit}
      ${old({ units: `${unit}.service`, packages: uses })}
    `,
    run: sh`systemctl restart ${unit}`,
    effects: [],
    onInterrupted: 'rerun',
    timeoutSeconds: 600,
    requirements: ['R-OPS-74', 'trap 46', 'trap 52'],
  });
}

/** It runs, is not started again and again, and listens where it did. What it is for, the plan does not know. */
export function runsAsBefore(options: { id: string; unit: string; ports: readonly number[] }): Probe {
  const { id, unit, ports } = options;
  return probe({
    id,
    title: ports.length === 0 ? `${unit} runs` : `${unit} runs, and listens on ${ports.join(', ')} as before`,
    script: sh`
      state() { systemctl show -p ActiveState -p MainPID -p NRestarts ${unit}; }
      before=$(state); sleep 5
      test "$(state)" = "$before" || { echo ${unit} 'is started again and again'; exit 1; }
      systemctl -q is-active ${unit} || { echo ${unit} "is $(systemctl is-active ${unit})"; exit 1; }
      for port in ${ports.map(String)}; do
        ss -Hltn "sport = :$port" | grep -q . || { echo ${unit} "does not listen on port $port"; exit 1; }
      done
      echo ${unit} 'runs'
    `,
    retryForSeconds: 120,
    timeoutSeconds: 60,
    remedy: `read its journal (journalctl -u ${unit}): it may not get along with the new libraries. Fix that and retry, or roll back while it is possible.`,
    requirements: ['R-OPS-74'],
  });
}

/** Nobody of the run serves with code that is older than what is on the disk: neither a main process nor a worker of it. */
export function runsNewCode(options: {
  units: readonly string[];
  sites: readonly Site[];
  packages: readonly PackageChange[];
}): Probe[] {
  const { units, sites, packages } = options;
  const count = units.length + sites.length;
  if (count === 0) return [];
  return [
    probe({
      id: 'verify/new-code-runs',
      title: 'every process is younger than the packages it runs',
      script: lines(
        units.length === 0
          ? null
          : sh`
        for unit in ${units}; do systemctl -q is-active "$unit" || { echo "$unit does not run"; exit 1; }; done
        ${old({ units: units.map((unit) => `${unit}.service`).join(','), packages: replacedOf(packages) })}`,
        sites.length === 0 ? null : youngSites({ sites, packages }),
        sh`echo ${`${String(count)} services run the new code`}`,
      ),
      timeoutSeconds: 120,
      remedy: 'restart the unit that is named, or reload apache2 where it is a site, then retry.',
      requirements: ['R-OPS-74', 'trap 46', 'trap 52'],
    }),
  ];
}

/** Apache itself is as old as before: a reload gives the site new processes, and leaves the one above them. */
function youngSites(options: { sites: readonly Site[]; packages: readonly PackageChange[] }): ShellText {
  const { sites, packages } = options;
  return lines(
    sh`
      newest=0; for package in ${packages.map(({ name }) => name)}; do
        for list in /var/lib/dpkg/info/"$package".list /var/lib/dpkg/info/"$package":*.list; do
          test -e "$list" || continue
          at=$(stat -c %Y "$list"); test "$at" -le $newest || newest=$at
        done
      done`,
    ...sites.map(
      ({ name, processes }) => sh`
      pids=$(${processesOf(processes)}) || { echo 'no process runs the site' ${name}; exit 1; }
      for pid in $pids; do
        age=$(ps -o etimes= -p "$pid") || continue
        test $(($(date +%s) - $age)) -ge $newest || { echo "process $pid of the site" ${name} 'runs code older than its packages'; exit 1; }
      done`,
    ),
  );
}

/** Nobody on the host runs with files that the run has replaced, but those whom a person accepted to leave so. */
export function nobodyRunsOld(options: {
  id: string;
  packages: readonly PackageChange[];
  left: readonly string[];
}): Probe {
  const { id, packages, left } = options;
  const but = left.length === 0 ? 'no other service' : `no other service than ${left.join(', ')}`;
  return probe({
    id,
    title: `${but} runs with files that were replaced`,
    script: sh`
      ${old({ units: `-${left.map((unit) => `${unit}.service`).join(',')}`, packages: replacedOf(packages) })}
      echo 'none'
    `,
    timeoutSeconds: 120,
    remedy:
      'restart the service that is named (systemctl restart), check that it works, then retry. It started after the survey, or uses these packages only since then.',
    requirements: ['R-OPS-74', 'trap 46', 'trap 52'],
  });
}

const replacedOf = (packages: readonly PackageChange[]): string[] =>
  packages.filter(({ installed }) => installed !== null).map(({ name }) => name);

function old(options: { units: string; packages: readonly string[] }): ShellText {
  return sh`python3 -I ${programPath('library-users')} old ${options.units} ${options.packages}`;
}
