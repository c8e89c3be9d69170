import { Command } from 'commander';
import { addConnectionFlags } from '../connection/flags';
import { packageVersion } from '../connection/version';
import { addAnswers } from './answer-commands';
import { addCodecServer } from './codec-server-command';
import type { WithDesk } from './command';
import { addCompletion, addLocals } from './local-commands';
import { addLooks } from './look-commands';
import { addRestorePoints } from './restore-point-commands';
import { addStarts } from './start-commands';

/** The command line: one command for each message or question. `withDesk` connects, runs and closes. */
export function upgradeProgram(withDesk: WithDesk): Command {
  const program = withoutCompletion(withDesk);
  addCompletion({ program, others: () => withoutCompletion(withDesk) });
  return program;
}

function withoutCompletion(withDesk: WithDesk): Command {
  const program = new Command('openstack-upgrade')
    .exitOverride() // thrown, so that the exit code says a usage error
    .description('Start, watch, approve and steer OpenStack upgrades that run in Temporal')
    .version(packageVersion())
    .option('--json', 'results, errors and events as JSON, for programs');
  addConnectionFlags(program);
  addStarts({ program, withDesk });
  addRestorePoints({ program, withDesk });
  addLooks({ program, withDesk });
  addAnswers({ program, withDesk });
  addLocals(program);
  addCodecServer(program);
  return program;
}
