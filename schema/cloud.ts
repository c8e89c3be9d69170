import { z } from 'zod';
import { name, series, service } from './names';

/** Hosts that units of OpenStack's services run on. Controllers are upgraded, and agents on the others (plan/scope/computes.ts). */
export const serviceRoles = ['controller', 'compute', 'network', 'storage'] as const;
export const roles = [...serviceRoles, 'database', 'message-broker', 'load-balancer'] as const;

export const sshClients = ['ssh2', 'openssh'] as const;

const host = z.strictObject({
  address: z.string().min(1),
  port: z.int().min(1).max(65535).default(22),
  roles: z.array(z.enum(roles)).min(1),
});

const haproxy = z.strictObject({ kind: z.literal('haproxy'), socket: z.string().startsWith('/') });

/** Driven by people: a rolling run asks them to move requests. Nothing of it can be read, so it says where users come in. */
const otherBalancer = z.strictObject({
  kind: z.literal('other'),
  /** By API, as users reach it: `heat-api: https://cloud.example:8004`. An API without one is not watched. */
  frontends: z
    .record(
      name,
      z
        .string()
        .regex(
          /^https?:\/\/(?:[^/:@\s[\]]+|\[[0-9a-fA-F:.]+\]):\d+$/,
          'a URL with a port and no path, as in "https://cloud.example:8004"',
        ),
    )
    .default({}),
});

/** Whole seconds in which a service may be closed to its users. 0: not at all. */
const budget = z.strictObject({
  /** In a full upgrade, which closes its APIs. */
  cold: z.int().min(0).optional(),
  /** In a rolling upgrade, in which it serves all the time. */
  rolling: z.int().min(0).optional(),
});

/** One OpenStack control plane. Names only what cannot be seen from the hosts. */
export const cloudFile = z.strictObject({
  cloud: name,
  ssh: z.strictObject({
    user: z.string().min(1),
    /**
     * Who speaks SSH: the library that is built in (ssh2), or the worker's own `ssh`. Default: ssh2. Without a default
     * here, so that the digest of a file that does not name it stays what it was.
     */
    client: z.enum(sshClients).optional(),
    /** Private key. May be left out only where `configFile` says how to log in. */
    identityFile: z.string().min(1).optional(),
    knownHostsFile: z.string().min(1),
    /** ssh_config(5) for `client: openssh`. */
    configFile: z.string().min(1).optional(),
    jump: name.optional(),
  }),
  hosts: z.record(name, host).refine((hosts) => Object.keys(hosts).length > 0, 'name at least one host'),
  /** Where the run's directory, the lock and the report lie. Default: the first database host by name. */
  lockHost: name.optional(),
  loadBalancer: z.discriminatedUnion('kind', [haproxy, otherBalancer], {
    error: 'write kind "haproxy" with its socket, or kind "other" if a person moves the requests',
  }),
  /** Where APIs listen that do not use the port of their package: `heat-api: { port: 18004 }`. */
  apis: z.record(name, z.strictObject({ port: z.int().min(1).max(65535) })).optional(),
  packageSources: z.record(
    series,
    z.strictObject({ deb822: z.string().min(1), pin: z.int().min(100).max(1000).default(990) }),
  ),
  openstack: z.strictObject({ credentials: z.string().startsWith('/'), on: name }),
  /** A host that keeps a second copy of every restore point: any of `hosts` but the first database host, which makes the dumps. */
  backup: z.strictObject({ copyTo: name.optional() }).default({}),
  approvals: z
    .strictObject({ approvers: z.array(z.string().min(1)).default([]), required: z.literal(1).default(1) })
    .default({ approvers: [], required: 1 }),
  /**
   * By service: `heat: { cold: 900, rolling: 0 }`. A plan warns before it takes longer, and a run says so at once. Without a
   * default, so that the digest of a file that does not have it stays what it was.
   */
  availability: z.strictObject({ budgetSeconds: z.record(service, budget).default({}) }).optional(),
  policy: z
    .strictObject({
      /** How long an unreachable host is tried before a person is asked. */
      unreachableSeconds: z.int().min(1).default(300),
      /** How long work in flight (stacks in progress) may take to end before a person is asked. */
      workEndsSeconds: z.int().min(1).default(1800),
    })
    .default({ unreachableSeconds: 300, workEndsSeconds: 1800 }),
});

export type CloudFile = z.infer<typeof cloudFile>;
export type Role = (typeof roles)[number];
export type ServiceRole = (typeof serviceRoles)[number];
export type SshClientName = (typeof sshClients)[number];

/** A cloud file as the planner sees it: file references read, digest of all of it added. */
export interface Cloud extends CloudFile {
  readonly lockHost: string;
  /** deb822 text of every package source, by series. */
  readonly sourceTexts: Readonly<Record<string, string>>;
  /** SHA-256 over the canonical JSON of everything above. */
  readonly digest: string;
}

export const cloudFileKeys = [
  'cloud ssh user client identityFile knownHostsFile configFile jump hosts address port roles lockHost loadBalancer kind socket frontends apis',
  'packageSources deb822 pin openstack credentials on backup copyTo approvals approvers required policy',
  'unreachableSeconds workEndsSeconds availability budgetSeconds cold rolling',
].flatMap((line) => line.split(' '));

/** Hosts that carry a role, by name. */
export function hostsWith(options: { cloud: Pick<CloudFile, 'hosts'>; role: Role }): string[] {
  return Object.entries(options.cloud.hosts)
    .filter(([, value]) => value.roles.includes(options.role))
    .map(([hostName]) => hostName)
    .sort();
}

/**
 * Hosts that every run may change, or keeps its own files on. A compute, network or storage host is read, and left as it is, where no agent of the
 * run is on it; the survey tells (plan/scope/computes.ts), and then the plan names it among its hosts.
 */
export function changedHosts({
  hosts,
  lockHost,
  openstack,
  backup,
}: Pick<CloudFile, 'hosts' | 'lockHost' | 'openstack' | 'backup'>): string[] {
  const left: readonly Role[] = serviceRoles.filter((role) => role !== 'controller');
  return Object.entries(hosts)
    .filter(
      ([host, { roles: own }]) =>
        host === lockHost ||
        host === openstack.on ||
        host === backup.copyTo ||
        own.some((role) => !left.includes(role)),
    )
    .map(([host]) => host)
    .sort();
}

/** Hosts whose HAProxy is read and driven: none where people move the requests. */
export function haproxiesOf(cloud: Pick<CloudFile, 'hosts' | 'loadBalancer'>): {
  readonly hosts: readonly string[];
  readonly socket: string;
} {
  const { loadBalancer } = cloud;
  if (loadBalancer.kind !== 'haproxy') return { hosts: [], socket: '' };
  return { hosts: hostsWith({ cloud, role: 'load-balancer' }), socket: loadBalancer.socket };
}
