import { enter } from '../machine/container';
import type { HostName } from '../machine/hosts';
import { LabError } from '../machine/lab-error';
import { until } from '../machine/processes';

/** A consumer of Heat's notifications, as Ceilometer's agent is one. */
export interface Notifications {
  /** So far, in order: `create.start load-1-1`. */
  readonly heard: () => Promise<readonly string[]>;
  readonly stop: () => Promise<void>;
}

const unit = 'notification-consumer';
const program = `/var/tmp/${unit}.py`;
const heardFile = `/var/tmp/${unit}.heard`;

/**
 * Ceilometer's own library and queue. It reads the URL once, when it starts, and never looks at what an upgrade does to
 * Heat's configuration afterwards: notifications that go elsewhere are lost to it (fact 8).
 */
const consumer = `import signal

import oslo_messaging
from oslo_config import cfg


class Writer:
    def info(self, context, publisher, event_type, payload, metadata):
        if event_type.startswith('orchestration.stack.'):
            print(event_type[len('orchestration.stack.'):], payload.get('stack_name'), flush=True)

    error = info


conf = cfg.ConfigOpts()
conf(args=[], default_config_files=['/etc/heat/heat.conf'])
listener = oslo_messaging.get_notification_listener(
    oslo_messaging.get_notification_transport(conf),
    [oslo_messaging.Target(exchange='heat', topic='notifications')], [Writer()], executor='threading')
listener.start()
print('listening', flush=True)
signal.pause()
`;

/** On a controller, because only they have the library; what happens to Heat there does not touch it. */
export async function consumeNotifications(options: { readonly host: HostName }): Promise<Notifications> {
  const { host } = options;
  await insist({ host, command: `cat > ${program}; : > ${heardFile}`, input: consumer });
  await insist({
    host,
    command: `systemd-run --quiet --collect --unit=${unit} -p StandardOutput=append:${heardFile} python3 ${program}`,
  });
  const lines = async (): Promise<string[]> => {
    const text = await insist({ host, command: `cat ${heardFile}` });
    return text.split('\n').filter((line) => line !== '');
  };
  const listens = await until({ seconds: 60, everyMs: 500, holds: async () => (await lines())[0] === 'listening' });
  if (!listens) throw new LabError(`No listener for Heat's notifications started. Read npm run lab -- logs ${host}.`);
  return {
    heard: async () => (await lines()).slice(1),
    stop: async () => {
      await insist({ host, command: `systemctl stop ${unit}` });
    },
  };
}

/**
 * Every operation that a user saw complete is one that began and ended in the notifications; which do not.
 *
 * @param completed as the churn counts them: `create load-1-1`
 */
export function missingFrom(options: {
  readonly heard: readonly string[];
  readonly completed: readonly string[];
}): readonly string[] {
  const heard = new Set(options.heard);
  return options.completed
    .flatMap((operation) => {
      const [verb = '', name = ''] = operation.split(' ');
      return [`${verb}.start ${name}`, `${verb}.end ${name}`];
    })
    .filter((wanted) => !heard.has(wanted));
}

async function insist(options: { host: HostName; command: string; input?: string }): Promise<string> {
  const { stdout, stderr, exitCode } = await enter(options);
  if (exitCode !== 0) throw new LabError(`${options.host}: ${options.command}: ${String(exitCode)} ${stderr}`);
  return stdout;
}
