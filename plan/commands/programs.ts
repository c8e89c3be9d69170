import { connectionOf, runAsUser } from '../../catalog/platform/service-config';
import type { Schema, Service, ServiceProgram } from '../../catalog/service';
import type { Programs } from '../../programs';
import type { Change } from '../../schema/plan';
import { hereDocument, raw, sh, type ShellText } from '../../shell/sh';
import { change } from '../change';

/** Programs that lie on hosts during a run, because several steps call them. */
export type PlacedProgram =
  | 'library-users'
  | 'service-schema'
  | 'source-entries'
  | ProofProgram
  | 'service-transport'
  | 'broker-vhost'
  | 'stuck-stacks'
  | ServiceProgram;

/** Writes a program of ours beside the run's files, readable for the services' users: no secret is in it. */
export function placeProgram(options: { name: PlacedProgram; programs: Programs }): Change {
  const { text, sha256 } = options.programs[options.name];
  const path = programPath(options.name);
  return change({
    id: `prepare/program-${options.name}`,
    title: `write the program ${options.name} to the host`,
    check: sh`echo ${raw(`"${sha256}  $POOL/bin/${options.name}"`)} | sha256sum --quiet -c`,
    run: sh`
      umask 022
      mkdir -p "$POOL/bin"
      cat > ${path} ${hereDocument({ content: text })}
      chmod 0755 ${path}
    `,
    effects: [{ kind: 'thing', thing: `helper: program ${options.name}`, exists: true }],
    onInterrupted: 'rerun',
    timeoutSeconds: 60,
    requirements: [],
  });
}

/** Below the pool, which holds no secrets and may be entered by the services' users. */
export function programPath(name: PlacedProgram): ShellText {
  return raw(`"$POOL/bin/${name}"`);
}

/** `service-schema VERBS` for one schema, as its service's user: one look, answered in this order. */
export function serviceSchema(options: {
  service: Service;
  schema: Schema;
  verbs: readonly ('facts' | 'at-head' | 'state' | 'silent')[];
  python?: string;
}): ShellText {
  const { service, schema, verbs, python } = options;
  return runAsUser({
    user: service.user,
    program: 'service-schema',
    words: sh`${verbs.join(',')} ${connectionOf(schema)} ${schema.scripts}`,
    ...(python === undefined ? {} : { python }),
  });
}

/** Use an API as users do. */
export type ProofProgram = 'openstack-check' | 'gnocchi-check';

/**
 * `openstack-check ...` with the administrator's credentials, which never leave the host nor the environment. A token is kept for the next call, in
 * memory and for the length of the run.
 */
export function openstackCheck(options: {
  credentials: string;
  arguments: ShellText;
  program?: ProofProgram;
}): ShellText {
  const { program = 'openstack-check' } = options;
  return sh`
    ( set -a; . ${options.credentials}; set +a
      OSU_SESSION="$SECRETS/session" python3 ${programPath(program)} ${options.arguments} )
  `;
}
