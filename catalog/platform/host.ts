import { sh, type ShellText } from '../../shell/sh';
import { linesOf, numberOf, wellRead, type Reader } from '../reader';

export interface HostIdentity {
  readonly distribution: string;
  readonly kernel: string;
  readonly rebootRequired: boolean;
}

export const identity: Reader<HostIdentity> = {
  script: sh`
    . /etc/os-release; echo "$ID \${VERSION_ID:-$VERSION_CODENAME}"
    uname -r
    test -e /run/reboot-required && echo yes || echo no
  `,
  parse: (printed) => {
    const all = linesOf(wellRead({ printed, what: 'Distribution and kernel' }));
    const [distribution = 'unknown', kernel = 'unknown', reboot = 'no'] = all;
    return { distribution, kernel, rebootRequired: reboot === 'yes' };
  },
};

/** By which others see it: of all interfaces, without the loopback. None where nobody could say. */
export const addresses: Reader<readonly string[]> = {
  script: sh`hostname -I`,
  parse: ({ stdout }) => stdout.split(/\s+/).filter((one) => one !== ''),
};

/** Programs that jobs call on every host. A missing `flock` would make every lock read "held": such a host is refused. */
const neededEverywhere = ['flock', 'setsid', 'sha256sum'];

export function missingTools(options: { also: readonly string[] }): Reader<string[]> {
  const tools = [...neededEverywhere, ...options.also];
  return {
    script: sh`for tool in ${tools}; do command -v "$tool" >/dev/null || echo "$tool"; done`,
    parse: ({ stdout }) => linesOf(stdout),
  };
}

export interface FileSystem {
  readonly path: string;
  readonly mount: string;
  readonly availableBytes: number;
  /** Null: this file system counts none (btrfs, vfat, some of the network): it has 0 of 0, and is never short of them. */
  readonly availableInodes: number | null;
}

/** Space where this run writes: `path` is what was asked, `mount` the file system that holds it. One without a number is not read. */
export function fileSystems(options: { paths: readonly string[]; more?: ShellText }): Reader<FileSystem[]> {
  const { paths, more } = options;
  return {
    script: sh`
      for path in ${paths}${more === undefined ? sh`` : sh` ${more}`}; do
        test -e "$path" || continue
        printf '%s %s\\n' "$path" "$(df -B1 --output=avail,itotal,iavail,target "$path" | tail -n 1)"
      done
    `,
    parse: ({ stdout }) =>
      linesOf(stdout).flatMap((line) => {
        const [, path = '', bytes, inodes, freeInodes, mount = ''] = spaceLine.exec(line) ?? [];
        const availableBytes = numberOf(bytes);
        const counted = (numberOf(inodes) ?? 0) > 0;
        return availableBytes === null
          ? []
          : [{ path, mount, availableBytes, availableInodes: counted ? numberOf(freeInodes) : null }];
      }),
  };
}

/** `<path> <bytes available> <inodes> <inodes available> <mount>`; path and mount may have blanks in their names. */
const spaceLine = /^(\/.*?) +(\d+|-) +(\d+|-) +(\d+|-) +(.+)$/;

/** What an earlier run left on the host: while any of it is there, the cloud may be half-done. */
export interface Leftovers {
  /** Text of the cloud's lock, on the lock host: who owns the cloud now. Null: nobody. */
  readonly lock: string | null;
  /** A person works on this host by hand and has closed it to every run: since when, who, why. */
  readonly takenOver: string | null;
  readonly closed: boolean;
  readonly policyRcD: boolean;
}

export const leftovers: Reader<Leftovers> = {
  script: sh`
    test ! -e /var/lib/openstack-upgrade/taken-over || { printf 'taken-over '; sed 1d /var/lib/openstack-upgrade/taken-over | tr '\\n' ' '; echo; }
    test -z "$(find /var/lib/openstack-upgrade/locks /var/lib/openstack-upgrade/closed-sites -mindepth 1 2>/dev/null)" || echo closed
    test -e /usr/sbin/policy-rc.d && echo policy-rc.d
    test -e /var/lib/openstack-upgrade/lock && { printf 'lock '; tr '\\n' ' ' < /var/lib/openstack-upgrade/lock; }
    true
  `,
  parse: ({ stdout }) => {
    const all = linesOf(stdout);
    return {
      lock: all.find((line) => line.startsWith('lock '))?.slice('lock '.length) ?? null,
      takenOver: all.find((line) => line.startsWith('taken-over '))?.slice('taken-over '.length) ?? null,
      closed: all.includes('closed'),
      policyRcD: all.includes('policy-rc.d'),
    };
  },
};

/** One hash for all files of a folder, names and contents; empty when there is no such folder. */
export function folderHash(options: { folder: string }): Reader<string> {
  return {
    script: sh`test ! -d ${options.folder} || { cd ${options.folder} && find . -type f -exec sha256sum {} + | sort | sha256sum | cut -c1-64; }`,
    parse: (printed) => wellRead({ printed, what: `The content of ${options.folder}` }).trim(),
  };
}
