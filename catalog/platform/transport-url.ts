import { hereDocument, sh } from '../../shell/sh';
import { transportVerdictProgram } from '../programs/transport-verdict';
import { linesOf, type Reader } from '../reader';
import type { Service } from '../service';
import { asUser } from './service-config';

/** What oslo.messaging would make of a transport_url. `unset`: the service sends no messages, or has none of its own. */
export type TransportVerdict = (typeof verdicts)[number];

const verdicts = ['fine', 'unset', 'unparsable', 'slashInPassword'] as const;

/** Null: it could not be looked at; the service's other facts then say why. */
export function transportVerdict(options: { service: Service }): Reader<TransportVerdict | null> {
  const { user, configFile } = options.service;
  return {
    script: sh`${asUser({ user, command: sh`python3 - ${configFile}` })} ${hereDocument({ content: transportVerdictProgram })}`,
    parse: ({ stdout, exitCode }) =>
      exitCode === 0 ? (verdicts.find((verdict) => linesOf(stdout).at(-1) === verdict) ?? null) : null,
  };
}
