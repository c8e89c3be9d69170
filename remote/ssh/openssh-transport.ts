import { tmpdir } from 'node:os';
import { endMaster, startMaster, type Master } from './openssh-master';
import { execOver } from './openssh-exec';
import { requireOpenssh } from './openssh-program';
import { startWarden, type Warden } from './openssh-warden';
import { DEFAULT_TIMES, type ConnectionTimes, type SshClient } from './ssh-client';
import { createSshTransport } from './ssh-transport';
import type { RemoteHost, Transport } from './transport';

/**
 * OpenSSH's own client: certificates, FIDO keys, agents, GSSAPI, post-quantum key exchange, ssh_config. One master
 * process per host; each command is a short-lived `ssh` over it. It keeps the process alive until `close()`. Where
 * `program` is missing or too old, `exec` rejects with OpensshUnusable.
 */
export function createOpensshTransport(options: {
  readonly hosts: readonly RemoteHost[];
  readonly times?: Partial<ConnectionTimes>;
  readonly program?: string;
  /** Where control sockets lie, in a private directory; /tmp where this is too long for one. Default: os.tmpdir(). */
  readonly below?: string;
}): Transport {
  const { program = 'ssh', below = tmpdir() } = options;
  const times = { ...DEFAULT_TIMES, ...options.times };
  const client = createOpensshClient({ times, program, below });
  return createSshTransport({ hosts: options.hosts, client, ...times });
}

function createOpensshClient(options: {
  readonly times: ConnectionTimes;
  readonly program: string;
  readonly below: string;
}): SshClient<Master> {
  const { times, program, below } = options;
  let starting: Promise<Warden> | null = null;
  const warden = (): Promise<Warden> =>
    (starting ??= requireOpenssh(program).then(() => startWarden({ program, below })));
  return {
    async connect({ host, jump, signal }) {
      const files = (await warden()).nextMaster();
      return startMaster({ program, host, times, files, jump, signal });
    },
    onceLost({ connection: { leash }, act }) {
      if (leash.closed) act();
      else leash.once('close', act);
    },
    async exec({ connection, exec, limit }) {
      const log = (await warden()).nextLog();
      return execOver({ program, master: connection, log, exec, limit });
    },
    end: (master) => endMaster({ program, master }),
    async close() {
      await (await starting?.catch(() => null))?.close();
    },
  };
}
