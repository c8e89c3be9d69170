import type { Programs } from '../../programs';
import { hereDocument, sh } from '../../shell/sh';
import { linesOf, reasonOf, type Reader } from '../reader';
import type { Rolling, Service } from '../service';

/** How a service on one controller talks to itself. */
export interface TransportFacts {
  readonly vhost: string;
  /** The file whose transport_url counts. */
  readonly place: string;
  readonly user: string;
  readonly brokers: readonly string[];
  /** Where its notifications go by a URL of their own. Null: with everything else. */
  readonly notificationVhost: string | null;
  /** Name of its engine in queues and rows. */
  readonly engineHost: string;
  /** False: every piece of work is of the kind that another vhost's engine takes away (fact 2). */
  readonly convergence: boolean;
  readonly gracefulStopSeconds: number;
  /** First digits of a hash; the key stays where it is. */
  readonly encryptionKeyHash: string;
  /** Running units whose environment says another transport_url than the file (C.2). */
  readonly overridden: readonly string[];
}

/** The text of the error where the facts could not be read. */
export type TransportRead = TransportFacts | { readonly unreadable: string };

export function transport(options: { service: Service; programs: Programs }): Reader<TransportRead> {
  const { service, programs } = options;
  const { configFile, units } = service;
  return {
    script: sh`
      for unit in ${units.map(({ name }) => name)}; do
        pid=$(systemctl show -p MainPID --value "$unit")
        test "\${pid:-0}" -gt 0 || continue
        ! tr '\\0' '\\n' < "/proc/$pid/environ" | grep -q '^OS_DEFAULT__TRANSPORT_URL=' || echo "overridden $unit"
      done
      python3 - facts ${configFile} ${hereDocument({ content: programs['service-transport'].text })}
    `,
    parse: (printed) => {
      const all = linesOf(printed.stdout);
      const json = all.findLast((line) => line.startsWith('{'));
      if (printed.exitCode !== 0 || json === undefined) return { unreadable: reasonOf(printed) };
      const overridden = all.flatMap((line) => /^overridden (\S+)$/.exec(line)?.[1] ?? []);
      return { ...(JSON.parse(json) as Omit<TransportFacts, 'overridden'>), overridden };
    },
  };
}

/** Room for a second engine beside the one that runs (R-HEAT-30). */
export interface EngineRoom {
  /** Null: it could not be read. */
  readonly availableBytes: number | null;
  /** Resident memory of all processes of the engine's unit; 0: it does not run here. */
  readonly engineBytes: number;
}

export function engineRoom(options: { rolling: Rolling }): Reader<EngineRoom> {
  return {
    script: sh`
      awk '$1 == "MemAvailable:" { print "available", $2 }' /proc/meminfo
      group=$(systemctl show -p ControlGroup --value ${options.rolling.engineUnit})
      for pid in $(test -z "$group" || cat "/sys/fs/cgroup/systemd$group/cgroup.procs" "/sys/fs/cgroup$group/cgroup.procs" 2>/dev/null); do
        awk '$1 == "VmRSS:" { print "engine", $2 }' "/proc/$pid/status"
      done
    `,
    parse: ({ stdout }) => {
      const kibibytes = (word: string): number[] =>
        [...stdout.matchAll(new RegExp(`^${word} (\\d+)$`, 'gm'))].map(([, amount]) => Number(amount));
      const [available] = kibibytes('available');
      return {
        availableBytes: available === undefined ? null : available * 1024,
        engineBytes: kibibytes('engine').reduce((sum, one) => sum + one * 1024, 0),
      };
    },
  };
}
