import { Command } from 'commander';
import { addConnectionFlags } from '../connection/flags';
import { packageVersion } from '../connection/version';
import { addAnswers } from './answer-commands';
import { addCodecServer } from './codec-server-command';
import { addLooks } from './look-commands';
import { addStarts } from './start-commands';
import type { WithDesk } from './command';

/** The command line: one command a message or question. `withDesk` connects, runs and closes. */
export function upgradeProgram(withDesk: WithDesk): Command {
  const program = new Command('openstack-upgrade')
    .exitOverride() // thrown, so that the exit code says a usage error
    .description('Start, watch, approve and steer OpenStack upgrades that run in Temporal')
    .version(packageVersion())
    .option('--json', 'results, errors and events as JSON, for programs');
  addConnectionFlags(program);
  addStarts({ program, withDesk });
  addLooks({ program, withDesk });
  addAnswers({ program, withDesk });
  addCodecServer(program);
  return program;
}
