import { createOpensshTransport, type RemoteHost } from '../../../remote';

/** What the process is told. */
export interface ConnectOrder {
  readonly host: RemoteHost;
}

/** A worker with a connection and a command that never ends, in a process of its own so that it can be killed. */
async function connect({ host }: ConnectOrder): Promise<void> {
  const transport = createOpensshTransport({ hosts: [host] });
  await transport.exec({ host: host.name, command: 'true', deadlineSeconds: 20 });
  void transport.exec({ host: host.name, command: 'sleep 30', deadlineSeconds: 60 });
  process.stdout.write('connected\n');
}

void connect(JSON.parse(process.argv[2] ?? '') as ConnectOrder);
