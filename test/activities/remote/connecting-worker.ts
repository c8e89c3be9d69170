import { createOpensshTransport } from '../../../activities/remote/openssh-transport';
import type { RemoteHost } from '../../../activities/remote/transport';

/** A worker with a connection and a command that never ends, in a process of its own so that it can be killed. */
async function connect(host: RemoteHost): Promise<void> {
  const transport = createOpensshTransport({ hosts: [host] });
  await transport.exec({ host: host.name, command: 'true', deadlineSeconds: 20 });
  void transport.exec({ host: host.name, command: 'sleep 30', deadlineSeconds: 60 });
  process.stdout.write('connected\n');
}

void connect(JSON.parse(process.argv[2] ?? '') as RemoteHost);
