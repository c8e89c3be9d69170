import type { Programs } from '../../programs';
import { hereDocument, sh } from '../../shell/sh';
import type { Reader } from '../reader';
import type { Publishing, Service } from '../service';
import { asUser } from './service-config';

/** Where a service of agents hands on what it measures. */
export interface PublishingRead {
  /** Kinds of publishers: `gnocchi`, `notifier`. */
  readonly publishers: readonly string[];
  /** Its agents agree on who polls what. */
  readonly coordinated: boolean;
  /** The exchange in RabbitMQ to which its agents send samples and events. Absent: not read. */
  readonly exchange?: string;
  /** Hash of what its pipelines say, whatever the files look like. */
  readonly pipelines?: string;
  /** Somebody chose a polling file or a partitioning group in its configuration. */
  readonly ownPolling?: boolean;
  /** Queues by which its notification agents share the work of a pipeline; 0: they do not. Absent: not read. */
  readonly partitioned?: number;
  /** A pipeline hands samples or events to its collectors. */
  readonly collected?: boolean;
  /** Where its collectors keep what they are handed: `gnocchi`, `database`. */
  readonly dispatchers?: readonly string[];
  /** Kinds of databases that are configured: `mysql`; `event_connection: mysql` where another option names it. */
  readonly keeps?: readonly string[];
}

/** Null: its configuration could not be read, or the host does not have it. */
export function publishing(options: {
  service: Service;
  of: Publishing;
  programs: Programs;
}): Reader<PublishingRead | null> {
  const { service, of, programs } = options;
  const command = asUser({ user: service.user, command: sh`python3 -` });
  return {
    script: sh`${command} ${hereDocument({ content: programs[of.program].text })}`,
    parse: ({ stdout, exitCode }) => {
      const json = stdout.split('\n').findLast((line) => line.startsWith('{'));
      return exitCode !== 0 || json === undefined ? null : (JSON.parse(json) as PublishingRead);
    },
  };
}
