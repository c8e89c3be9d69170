import type { Programs } from '../../programs';
import { hereDocument, sh } from '../../shell/sh';
import { linesOf, type Reader } from '../reader';
import type { Service } from '../service';
import { asUser } from './service-config';

/** What oslo.messaging would make of a transport_url. `unset`: the service sends no messages, or has none of its own. */
export type TransportVerdict = (typeof verdicts)[number];

const verdicts = ['fine', 'unset', 'unparsable', 'slashInPassword', 'interpolated'] as const;

/** Null: it could not be looked at; the service's other facts then say why. */
export function transportVerdict(options: { service: Service; programs: Programs }): Reader<TransportVerdict | null> {
  const { service, programs } = options;
  const { user, configFile } = service;
  return {
    script: sh`${asUser({ user, command: sh`python3 - ${configFile}` })} ${hereDocument({ content: programs['transport-verdict'].text })}`,
    parse: ({ stdout, exitCode }) =>
      exitCode === 0 ? (verdicts.find((verdict) => linesOf(stdout).at(-1) === verdict) ?? null) : null,
  };
}
