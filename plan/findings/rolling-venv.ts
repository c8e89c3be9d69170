import type { Finding } from '../../schema/plan';
import type { VenvScope } from '../scope/rolling-scope';
import { finding } from './finding';

/** What stands against new code beside the packages; whether its wheels are all there, a probe says before anything is altered. */
export function venvFindings({ scope, scoped, lead, venv, rolling }: VenvScope): Finding[] {
  const block = (what: string, text: string): Finding =>
    finding({
      what,
      level: 'blocker',
      text,
      remedy: 'Choose another options.rolling.order: in the others the new code comes from packages alone.',
      sources: ['R-HEAT-10'],
    });
  const major = Number(venv.version?.split('.')[0]);
  return [
    ...(venv.version === null
      ? [block('venv-version-unknown', 'The version of the target packages is none that pip could be asked for.')]
      : []),
    ...(major >= rolling.venv.apisEndAt
      ? [
          block(
            'venv-apis-have-no-program',
            `The APIs of ${rolling.venv.distribution} ${venv.version ?? ''} have no program of their own any more, only WSGI applications.`,
          ),
        ]
      : []),
    ...(scope.cloud.loadBalancer.kind === 'haproxy'
      ? []
      : [
          block(
            'venv-moves-ports',
            'New code beside the packages has ports of its own; only HAProxy can be told to use them.',
          ),
        ]),
    ...(scoped.apis.some(({ balanced }) => balanced.some(({ tls }) => tls === true))
      ? [
          block(
            'venv-speaks-no-tls',
            'HAProxy speaks TLS to the servers of this service. New code beside the packages is started without a certificate, so HAProxy would find it down.',
          ),
        ]
      : []),
    finding({
      what: 'venv-wheels',
      level: 'note',
      text: `${venv.wheelhouse} on ${lead.hosts.join(', ')} must hold the wheels of ${venv.requirements.join(', ')}, of all they need, and of pip.`,
      remedy: `On a machine with the same Python and a compiler: pip wheel -w ${venv.wheelhouse} -c UPPER-CONSTRAINTS pip ${venv.requirements.join(' ')}`,
      sources: ['R-HEAT-10', 'E.5'],
    }),
  ];
}
