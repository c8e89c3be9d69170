import type { Change, Probe } from '../../schema/plan';
import { sh, type ShellText } from '../../shell/sh';
import { change, probe } from '../change';
import { programPath } from './programs';

/** `service-transport VERB CONFIG VHOST`, as root: the files belong to root, and no log file is opened. */
export function serviceTransport(options: {
  verb: 'is' | 'set' | 'left';
  configFile: string;
  vhost: string;
}): ShellText {
  const { verb, configFile, vhost } = options;
  return sh`python3 ${programPath('service-transport')} ${verb} ${configFile} ${vhost}`;
}

/** Lets a service talk on another vhost from its next start on; what runs now keeps its own (C.2, R-HEAT-15). */
export function setVhost(options: { id: string; configFile: string; vhost: string }): Change {
  const { id, configFile, vhost } = options;
  return change({
    id,
    title: `point ${configFile} to vhost ${vhost}; notifications stay where they are`,
    check: serviceTransport({ verb: 'is', configFile, vhost }),
    run: serviceTransport({ verb: 'set', configFile, vhost }),
    wayBack: 'restore-point',
    onInterrupted: 'rerun',
    timeoutSeconds: 60,
    requirements: ['R-HEAT-15', 'fact 8', 'traps 27, 31'],
  });
}

/** Neither the service nor its notifications name the vhost on this host any more. */
export function talksElsewhere(options: { id: string; configFile: string; vhost: string }): Probe {
  const { id, configFile, vhost } = options;
  return probe({
    id,
    title: `${configFile} names vhost ${vhost} nowhere`,
    script: serviceTransport({ verb: 'left', configFile, vhost }),
    remedy:
      'let the URL name another vhost, or leave the phase out: who writes to a vhost that is gone gets nothing through.',
    requirements: ['R-HEAT-28', 'C.7', 'fact 8'],
  });
}
