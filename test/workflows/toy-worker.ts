import { appendFileSync, existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { Context, heartbeat } from '@temporalio/activity';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import type { Activities, StepInput } from '../../schema/activities';
import { workflowBundle } from './bundle';
import { createWorld, outcome, toyActivities } from './toy-activities';

/**
 * A worker as a process of its own, to be killed. Its jobs live outside of it, as files: `job <name>` is a started
 * command, and `heat/db-sync` runs until the file `go on` is there.
 */
async function main(): Promise<void> {
  const [address = '', taskQueue = '', directory = ''] = process.argv.slice(2);
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const connection = await NativeConnection.connect({ address });
  const activities: Activities = {
    ...toyActivities(createWorld()),
    openstackStep: async (input) => {
      const name = jobName(input);
      if (createsJob({ directory, name })) appendFileSync(join(directory, 'starts'), `${name}\n`);
      while (input.step.id === 'heat/db-sync' && !existsSync(join(directory, 'go on'))) {
        heartbeat();
        await Context.current().sleep(100);
      }
      const { step, host, generation } = input;
      return outcome({ kind: 'done', stepId: step.id, host, generation, sentence: `${host}: ${step.title}: done` });
    },
  };
  const worker = await Worker.create({
    connection,
    taskQueue,
    workflowBundle: await workflowBundle(),
    activities,
    maxHeartbeatThrottleInterval: '200ms',
  });
  await worker.run();
  await connection.close();
}

function jobName({ step, host, generation }: StepInput): string {
  return `${step.id.replaceAll('/', '-')}@${host} ${generation}`;
}

/** True for the one who started it, as the link(2) of a real job decides. */
function createsJob(options: { directory: string; name: string }): boolean {
  try {
    openSync(join(options.directory, `job ${options.name}`), 'wx');
    return true;
  } catch {
    return false;
  }
}

void main();
