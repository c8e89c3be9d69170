import type { HostName, SchemaName, ServiceName } from './names';

/** `installed`: the code that the run found. `target`: the code that it brings. */
export type Release = 'installed' | 'target';

/** A server of the load balancer: `heat_api/ctl1`. */
export type ServerId = `${string}/${string}`;

/**
 * What is different once a change is done; on the host where the change runs, unless it says otherwise. This is what the
 * plan's own check, its story, its preconditions and its rollback know of a command: they read no shell text.
 */
export type Effect =
  | {
      readonly kind: 'rotation';
      readonly server: ServerId;
      readonly state: 'ready' | 'drain' | 'maint';
      /** The process that answers there. Null: the server is on no host of the cloud file. */
      readonly reaches: BoundUnit | null;
      /** Where the load balancer looks for it from now on. Absent: where it did. */
      readonly at?: Address;
    }
  /** Whether HAProxy accepts connections at a front end; what runs behind it is another question. */
  | { readonly kind: 'frontend'; readonly frontend: string; readonly open: boolean }
  /** `ends` `later`: it was ordered to stop and takes no more work; a later step sees that it has ended. */
  | { readonly kind: 'process'; readonly unit: string; readonly runs: false; readonly ends?: 'later' }
  /** `own`: a unit that the run itself brings; what the others are, the catalog knows. */
  | { readonly kind: 'process'; readonly unit: string; readonly runs: true; readonly own?: OwnProcess }
  /**
   * Apache takes a site in or out without a stop: others of it keep answering, late while processes of mod_wsgi end.
   */
  | { readonly kind: 'reload'; readonly server: 'apache2'; readonly site: string; readonly others: readonly string[] }
  /** All packages of the set on this host, in one transaction. */
  | { readonly kind: 'code'; readonly release: Release }
  /** The vhost that a file names from now on, for processes that start later. Null: it names none, or is gone. */
  | { readonly kind: 'vhost'; readonly file: string; readonly vhost: string | null }
  /** Everything below these directories is byte for byte as the restore point has it. */
  | { readonly kind: 'configuration'; readonly below: readonly string[] }
  /**
   * `partly`: changed by a first migration; new code may not work on it before the last one. `before`: restored, from the dump
   * that was made when nobody used it any more; `from` `prepare`: from the one that was made while the service ran.
   */
  | {
      readonly kind: 'schema';
      readonly service: ServiceName;
      readonly schema: SchemaName;
      readonly at: 'before' | 'partly' | 'target';
      readonly from?: 'prepare';
    }
  | { readonly kind: 'thing'; readonly thing: Thing; readonly exists: boolean };

export interface Address {
  readonly address: string;
  readonly port: number;
}

export interface BoundUnit {
  readonly unit: string;
  readonly host: HostName;
}

/** What a process is, as far as its place in the cloud goes. */
export interface OwnProcess {
  readonly service: ServiceName;
  /** An engine takes work over RabbitMQ; an API gives it, and is what the load balancer sends requests to. */
  readonly role: 'api' | 'engine';
  /** The code it runs. `host`: that of the host's packages at its start. */
  readonly release: 'target' | 'host';
  /** Files that may name its vhost; the first one that does counts. */
  readonly reads: readonly string[];
}

/** Things that are there or not. On the broker: vhosts. On the database host: dumps. Else of the run itself. */
export type Thing =
  | `vhost ${string}`
  /** `dump heat prepare`: verified by its trailer, its table count and its sums. `loaded`: the same, loaded and counted. */
  | `dump ${SchemaName} ${'prepare' | 'final' | 'failed'}`
  | `loaded dump ${SchemaName}`
  | `restore point: ${string}`
  /** Of the restore point, on another host, read again there. */
  | `second copy: ${string}`
  | `guard: ${string}`
  | `helper: ${string}`
  | `canary: ${string}`;

/** What a probe that holds has proved. */
export type Proof =
  /** No work is in progress for this vhost and no message waits on it. Proves nothing while an API feeds it. */
  | { readonly kind: 'drained'; readonly vhost: string }
  /** Nothing of the service is in progress anywhere: any of its engines may stop now. */
  | { readonly kind: 'idle'; readonly service: ServiceName }
  /** Nobody is connected to the service's database. */
  | { readonly kind: 'silent'; readonly service: ServiceName }
  /** Exactly the engines of these hosts consume on the vhost. */
  | { readonly kind: 'engines'; readonly vhost: string; readonly hosts: readonly HostName[] }
  /** These units talk on that vhost, on this host. */
  | { readonly kind: 'talk'; readonly units: readonly string[]; readonly vhost: string }
  /** Every package of the host is of this release. */
  | { readonly kind: 'code'; readonly release: Release };
