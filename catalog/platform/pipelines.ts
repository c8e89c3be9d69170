import type { Programs } from '../../programs';
import { hereDocument, sh } from '../../shell/sh';
import type { Reader } from '../reader';
import type { Publishing, Service } from '../service';
import { surveyDirectory } from './apt';

/** What the notification agents of a host will do with the target release's pipelines, and how they differ from today's. */
export interface PipelineChanges {
  /** Hash of what they say then. */
  readonly pipelines: string;
  /** Text of the files that the target brings otherwise, by their path. */
  readonly files: Readonly<Record<string, string>>;
  /** Publishers and transformers in them that the installed release does not have. */
  readonly unknown: readonly string[];
}

/** Runs after the readers that unpack both packages. As root, who alone may read what is unpacked. Null: it could not be read, or the host does not have the service. */
export function pipelineChanges(options: {
  service: Service;
  of: Publishing;
  programs: Programs;
}): Reader<PipelineChanges | null> {
  const { service, of, programs } = options;
  const packages = [of.code, service.versionPackage];
  const folders = packages.map((name) => `${surveyDirectory}/unpacked/${name}`);
  return {
    script: sh`
      set -e
      dpkg-query -W ${of.code} >/dev/null
      for one in ${folders}; do test -d "$one"; done
      python3 - ${folders} ${hereDocument({ content: programs['pipeline-changes'].text })}
    `,
    parse: ({ stdout, exitCode }) => {
      const json = stdout.split('\n').findLast((line) => line.startsWith('{'));
      return exitCode !== 0 || json === undefined ? null : (JSON.parse(json) as PipelineChanges);
    },
  };
}
