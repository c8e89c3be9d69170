import { readFileSync } from 'node:fs';
import { labControlGroup } from '../../lab/machine/control-groups';
import { controlGroupCpuMs, type ControlGroup } from '../control-group';

/** Processor time of all that belongs to the measurement: the hosts, the contender, the probe and this process. */
export function spentMs(options: { readonly pids: readonly number[]; readonly group: ControlGroup }): number {
  const { user, system } = process.cpuUsage();
  const others = options.pids.reduce((sum, pid) => sum + processMs(pid), 0);
  return controlGroupCpuMs(labControlGroup) + options.group.cpuMs() + others + (user + system) / 1000;
}

/** Fields 14 and 15 of proc(5), in hundredths of a second; the name before them may hold spaces. */
function processMs(pid: number): number {
  const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
  const [user = 0, system = 0] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
    .map(Number);
  return (user + system) * 10;
}
