import { readFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';

/** Where figures come from: absolute ones mean nothing without it. */
export interface Machine {
  readonly processors: number;
  readonly processorModel: string;
  readonly memoryGigabytes: number;
  readonly system: string;
  readonly kernel: string;
  readonly node: string;
}

export function describeMachine(): Machine {
  const processors = cpus();
  return {
    processors: processors.length,
    processorModel: processors[0]?.model.trim() ?? 'unknown',
    memoryGigabytes: Math.round(totalmem() / 1e9),
    system: /^PRETTY_NAME="(.*)"$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'unknown',
    kernel: release(),
    node: process.versions.node,
  };
}
