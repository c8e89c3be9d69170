import type { Programs } from '../../programs';
import { hereDocument, raw, sh, type ShellText } from '../../shell/sh';
import { reasonOf, type Reader } from '../reader';
import type { Schema, Service, ServiceProgram, Template } from '../service';
import { stateDirectory, surveyDirectory, unpackedTarget } from './apt';

/** What a service's own configuration and code say of one of its schemas. The text of an error instead, where they could not be read. */
export interface SchemaRead {
  readonly database: {
    readonly name: string;
    readonly user: string;
    /** As the configuration has it: often a virtual address, behind which any server may be. */
    readonly host: string;
    /** Which server answers there, by its own words. `cluster`: its Galera state; empty: none. */
    readonly server?: { readonly hostname: string; readonly cluster: string };
  } | null;
  readonly revision: {
    readonly current: readonly string[];
    readonly head: readonly string[];
    /** The installed code has never heard of the current one: a newer release migrated. */
    readonly ahead: boolean;
  } | null;
  readonly unreadable: string | null;
}

/** As the service's user: a manage tool run as root leaves files the service cannot open (trap 36). */
export function asUser(options: { user: string; command: ShellText }): ShellText {
  return sh`su -s /bin/sh -c ${options.command.text} ${options.user}`;
}

/**
 * One of the programs that a run lays on its hosts, as the service's user, who may read the service's configuration: the pool holds no secrets, and
 * these users may enter it. Inside `su -c` its path is a plain word already.
 */
export function runAsUser(options: {
  user: string;
  program: ServiceProgram | 'service-schema';
  words?: ShellText;
  python?: string;
}): ShellText {
  const { user, program, words, python = 'python3' } = options;
  const path = raw(`${stateDirectory}/pool/$POINT/bin/${program}`);
  const command = words === undefined ? sh`${python} ${path}` : sh`${python} ${path} ${words}`;
  return sh`POINT=$POINT ${asUser({ user, command })}`;
}

export function schemaRead(options: { service: Service; schema: Schema; programs: Programs }): Reader<SchemaRead> {
  const { service, schema, programs } = options;
  const command = sh`python3 - facts ${connectionOf(schema)} ${schema.scripts}`;
  return {
    script: sh`${asUser({ user: service.user, command })} ${hereDocument({ content: programs['service-schema'].text })}`,
    parse: (printed) => {
      const json = printed.stdout.split('\n').findLast((line) => line.startsWith('{'));
      if (printed.exitCode !== 0 || json === undefined)
        return { database: null, revision: null, unreadable: reasonOf(printed) };
      const facts = JSON.parse(json) as Record<'database' | 'user' | 'host', string> &
        Record<'current' | 'head', string[]> & {
          readonly ahead: boolean;
          readonly server?: { readonly hostname: string; readonly cluster: string };
        };
      const { server } = facts;
      return {
        database: {
          name: facts.database,
          user: facts.user,
          host: facts.host,
          ...(server === undefined ? {} : { server }),
        },
        revision: { current: facts.current, head: facts.head, ahead: facts.ahead },
        unreadable: null,
      };
    },
  };
}

/** As the programs take it: the file, and section and option where they are not the usual ones. */
export function connectionOf({ config }: Pick<Schema, 'config'>): string {
  const { file, section, option } = config;
  if (option !== undefined) return `${file}:${section}:${option}`;
  return section === 'database' ? file : `${file}:${section}`;
}

export interface OptionReview {
  /** Set in the running file, unknown to the target: must be mended before the start. */
  readonly removed: readonly string[];
  readonly added: readonly string[];
  readonly gone: readonly string[];
  /** Options whose default is another one. `isSet`: in the running file, which then decides. */
  readonly changed: readonly {
    readonly option: string;
    readonly from: string;
    readonly to: string;
    readonly isSet: boolean;
  }[];
}

/** On the host: the whole comparison for people, without a value of the running file. */
export function reviewFileOf(running: string): string {
  return `${surveyDirectory}/options${running.replaceAll('/', '-')}`;
}

/**
 * Unpacks the target's package below the survey's directory (never installs it) and compares its template with the
 * installed one and the running file. Runs after the simulation, whose private lists it uses.
 */
export function optionReview(options: { template: Template; programs: Programs }): Reader<OptionReview | null> {
  const { template, programs } = options;
  return {
    script: sh`
      set -e
      ${unpackedTarget(template.package)}
      python3 - ${template.running} ${template.packaged} unpacked/${template.package}${raw(template.packaged)} ${reviewFileOf(template.running)} ${hereDocument({ content: programs['option-review'].text })}
    `,
    parse: ({ stdout, exitCode }) => {
      const json = stdout.split('\n').findLast((line) => line.startsWith('{'));
      return exitCode !== 0 || json === undefined ? null : (JSON.parse(json) as OptionReview);
    },
  };
}
