import { brokerVhostProgram } from '../../catalog/programs/broker-vhost';
import { openstackCheckProgram } from '../../catalog/programs/openstack-check';
import { serviceSchemaProgram } from '../../catalog/programs/service-schema';
import { serviceTransportProgram } from '../../catalog/programs/service-transport';
import { stuckStacksProgram } from '../../catalog/programs/stuck-stacks';
import type { Service } from '../../catalog/service';
import type { Change } from '../../schema/plan';
import { hereDocument, raw, sh, type ShellText } from '../../shell/sh';
import { asUser } from '../../catalog/platform/service-config';
import { change } from '../change';

const programs = {
  'service-schema': serviceSchemaProgram,
  'openstack-check': openstackCheckProgram,
  'service-transport': serviceTransportProgram,
  'broker-vhost': brokerVhostProgram,
  'stuck-stacks': stuckStacksProgram,
} as const;
export type ProgramName = keyof typeof programs;

/** Lays a program of ours beside the run's papers, readable for the services' users: no secret is in it. */
export function placeProgram(options: { name: ProgramName }): Change {
  const path = programPath(options.name);
  const content = hereDocument({ content: programs[options.name] });
  return change({
    id: `prepare/program-${options.name}`,
    title: `lay the program ${options.name} on the host`,
    check: sh`cmp -s ${path} - ${content}`,
    run: sh`
      umask 022
      mkdir -p "$POOL/bin"
      cat > ${path} ${content}
      chmod 0755 ${path}
    `,
    effects: [{ kind: 'thing', thing: `helper: program ${options.name}`, exists: true }],
    onInterrupted: 'rerun',
    timeoutSeconds: 60,
    requirements: [],
  });
}

/** Below the pool, which holds no secrets and may be entered by the services' users. */
export function programPath(name: ProgramName): ShellText {
  return raw(`"$POOL/bin/${name}"`);
}

/** `service-schema VERB` for one service, as its user. Inside `su -c` the pool's path is a plain word already. */
export function serviceSchema(options: {
  service: Service;
  verb: 'facts' | 'at-head' | 'state' | 'silent';
  python?: string;
}): ShellText {
  const { service, verb, python = 'python3' } = options;
  const command = sh`${python} /var/lib/openstack-upgrade/pool/$OSU_RUN/bin/service-schema ${verb} ${service.configFile} ${service.schema.scripts}`;
  return sh`OSU_RUN=$OSU_RUN ${asUser({ user: service.user, command })}`;
}

/** `openstack-check ...` with the administrator's credentials, which never leave the host nor the environment. */
export function openstackCheck(options: { credentials: string; arguments: ShellText }): ShellText {
  return sh`
    ( set -a; . ${options.credentials}; set +a
      python3 ${programPath('openstack-check')} ${options.arguments} )
  `;
}
