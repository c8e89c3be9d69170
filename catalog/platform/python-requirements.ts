import type { Programs } from '../../programs';
import { hereDocument, sh } from '../../shell/sh';
import type { Reader } from '../reader';
import { surveyDirectory } from './apt';

/** A Python package that stays, and is content now, would no longer be with a library that comes along. */
export interface BrokenRequirement {
  /** Debian package it belongs to; null: it was not installed by dpkg. */
  readonly package: string | null;
  readonly distribution: string;
  /** In its own words: `oslo.messaging<14.1`. */
  readonly needs: string;
  /** Upstream version that the upgrade would bring. */
  readonly gets: string;
}

/** Runs after the simulation and reads what it kept: Debian's own dependencies have no upper bounds (fact 6). */
export function brokenRequirements(options: { programs: Programs }): Reader<readonly BrokenRequirement[] | null> {
  const { text } = options.programs.requirements;
  return {
    script: sh`python3 -I - ${surveyDirectory}/simulated ${hereDocument({ content: text })}`,
    parse: ({ stdout, exitCode }) => {
      const json = stdout.split('\n').findLast((line) => line.startsWith('['));
      return exitCode !== 0 || json === undefined ? null : (JSON.parse(json) as BrokenRequirement[]);
    },
  };
}
