import { addressOf, worksAt, type HostName } from '../../lab';
import { onHost } from './upgrade-rig';

/** What a rollback must leave as it was, as the hosts tell it. */
export interface ObservedCloud {
  readonly controllers: Readonly<Record<string, string>>;
  readonly vhosts: string;
  readonly engines: string;
  readonly servers: string;
  readonly answers: Readonly<Record<string, boolean>>;
}

const controllerState = `
  dpkg-query -W -f='\${binary:Package} \${Version} \${db:Status-Abbrev}\\n' 'keystone*' 'python3-keystone' 'heat*' 'python3-heat' 'python3-oslo*'
  sha256sum /etc/keystone/*.conf /etc/heat/*.conf; ls /etc/keystone /etc/heat /etc/systemd/system; apt-mark showhold | sort; apt-mark showauto | grep -e heat -e keystone | sort
  for unit in keystone heat-api heat-api-cfn heat-engine; do echo "$unit $(systemctl is-active $unit) $(systemctl is-enabled $unit)"; done`;

export async function observedCloud(): Promise<ObservedCloud> {
  const controllers: readonly HostName[] = ['ctl1', 'ctl2'];
  const engines = "rabbitmqctl -q list_queues name consumers --no-table-headers | grep '^engine\\.' | sort";
  const fronts: readonly HostName[] = [...controllers, 'lb1'];
  return {
    controllers: Object.fromEntries(
      await Promise.all(controllers.map(async (host) => [host, await onHost({ host, command: controllerState })])),
    ) as ObservedCloud['controllers'],
    vhosts: await onHost({ host: 'mq1', command: 'rabbitmqctl -q list_vhosts name --no-table-headers | sort' }),
    engines: await onHost({ host: 'mq1', command: engines }),
    servers: await onHost({
      host: 'lb1',
      command:
        "echo 'show servers state' | socat - /run/haproxy/admin.sock | awk '$4 ~ /^ctl/ { print $2, $4, $6, $7 }' | sort",
    }),
    answers: Object.fromEntries(
      await Promise.all(fronts.map(async (host) => [host, await worksAt({ address: addressOf(host) })])),
    ) as ObservedCloud['answers'],
  };
}
