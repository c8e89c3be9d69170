import type { Batch } from '../../schema/plan';
import { migrations } from '../commands/migrations';
import { pasteFactories } from '../commands/new-configuration';
import { nobodyHolds, upgradeCheckProbe } from '../commands/schema-state';
import { besideFile, configureVenv, makeVenv, removeVenv, wheelsComplete } from '../commands/venv';
import { everyApi, type VenvScope } from '../scope/rolling-scope';
import { batch, type Drawn, phase, onProofHost } from './phase';
import { names } from './rotation';
import { proofOn } from './units';
import { venvPrograms } from './venv-units';

interface Venv {
  readonly rolling: VenvScope;
}

export function wheels({ rolling }: Venv): Batch[] {
  const { lead, scoped, venv } = rolling;
  const apis = scoped.apis.map(({ api }) => api);
  return [batch({ hosts: lead.hosts, steps: [wheelsComplete({ venv, apis })] })];
}

/** No package changes, nothing starts. The installed code is proved with the new schema (R-HEAT-13). */
export function venvCode({ rolling }: Venv): Drawn {
  const { scope, scoped, lead, venv } = rolling;
  const label = 'venv';
  return phase({
    scope,
    id: label,
    title: `New code in ${venv.directory} on ${names(lead)}, and its schema`,
    batches: [
      codeBeside({ rolling, label }),
      ...codeBesideFits({ rolling }),
      batch({ hosts: scope.databases, steps: [nobodyHolds({ schema: scoped.database.name })] }),
      batch({
        hosts: lead.engines,
        steps: migrations({ service: scoped.service, scoped, others: 'serving', beside: venv }),
      }),
      onProofHost({ scope, steps: everyApi(rolling).flatMap((host) => proofOn({ rolling, label, host })) }),
    ],
  });
}

/** What the packages' code would be asked (configuration, R-OPS-43, R-OPS-52) is asked of this one, before it migrates. */
function codeBesideFits({ rolling }: Venv): Batch[] {
  const { scope, lead, scoped, venv } = rolling;
  const { service } = scoped;
  const { programs } = scope;
  const { upgradeCheck: check } = service;
  return [
    batch({
      hosts: lead.hosts,
      steps: service.pasteFiles.map((file) =>
        pasteFactories({ id: 'venv/paste-factories', ...besideFile({ venv, file }), programs }),
      ),
    }),
    batch({
      hosts: lead.hosts.slice(0, 1),
      steps: check === null ? [] : [upgradeCheckProbe({ service, check, beside: venv })],
    }),
  ];
}

/** The environment and its configuration, from the same wheels each time. */
export function codeBeside({ rolling, label }: Venv & { label: string }): Batch {
  const { lead, scoped, venv, vhosts } = rolling;
  const apis = scoped.apis.map(({ api }) => api);
  const urls = scoped.apis.flatMap(({ endpoints }) =>
    endpoints.flatMap(({ host, url }) => (lead.apis.includes(host) ? [url] : [])),
  );
  const ipv6 = urls.some((url) => url.includes('://['));
  return batch({
    hosts: lead.hosts,
    steps: [makeVenv({ label, venv }), configureVenv({ label, venv, apis, ipv6, vhost: vhosts.side })],
  });
}

export function codeBesideGoes({ rolling, label }: Venv & { label: string }): Batch {
  const { lead, venv } = rolling;
  return batch({ hosts: lead.hosts, steps: [removeVenv({ label, venv, programs: venvPrograms(rolling) })] });
}

/** The packages of the lead stay as they were until everything else has the new code: a rollback never needs them first (C.8). */
export function undoVenvCode({ rolling }: Venv): Drawn {
  const { scope, lead, venv } = rolling;
  const label = 'back-venv';
  return phase({
    scope,
    id: label,
    title: `Rollback: ${venv.directory} is removed from ${names(lead)}`,
    batches: [codeBesideGoes({ rolling, label })],
  });
}
