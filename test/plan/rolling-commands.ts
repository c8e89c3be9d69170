import type { Step } from '../../schema/plan';

/** What one command of a step does to engines, APIs, vhosts and rotation; everything else a model of them need not know. */
export type Effect =
  | { readonly kind: 'rotation'; readonly server: string; readonly state: string }
  | { readonly kind: 'port'; readonly server: string; readonly port: string }
  | { readonly kind: 'make-vhost' | 'remove-vhost'; readonly vhost: string }
  /** A file that names a vhost, from now on this one. */
  | { readonly kind: 'point'; readonly file: string; readonly vhost: string }
  | { readonly kind: 'remove-files'; readonly paths: readonly string[] }
  | { readonly kind: 'start' | 'stop'; readonly unit: string }
  | { readonly kind: 'packages'; readonly code: 'installed' | 'target' }
  | { readonly kind: 'recorded-configuration' };

/** In the order of the commands. What no command shows in a few words, the step's id says. */
export function effectsOf(step: Step): readonly Effect[] {
  if (step.kind !== 'change') return [];
  const whole: Effect[] = [];
  if (step.id === 'packages/install') whole.push({ kind: 'packages', code: 'target' });
  if (step.id === 'back/packages') whole.push({ kind: 'packages', code: 'installed' });
  if (step.run.includes('"$RUN/configuration-back"')) whole.push({ kind: 'recorded-configuration' });
  return [...whole, ...step.run.split('\n').flatMap(effectOf)];
}

function effectOf(line: string): Effect[] {
  const [, server = '', state = ''] = /set server (\S+) state (\w+)/.exec(line) ?? [];
  if (server !== '') return [{ kind: 'rotation', server, state }];
  const [, moved = '', port = ''] = /set server (\S+) addr \S+ port (\d+)/.exec(line) ?? [];
  if (moved !== '') return [{ kind: 'port', server: moved, port }];
  const [, verb = '', vhost = ''] = /broker-vhost" (make|remove|drop) (\S+)/.exec(line) ?? [];
  if (verb !== '') return [{ kind: verb === 'make' ? 'make-vhost' : 'remove-vhost', vhost }];
  const [, file = '', target = ''] = /service-transport" (?:set|env \S+) (\S+) (\S+)/.exec(line) ?? [];
  if (file !== '') return [{ kind: 'point', file, vhost: target }];
  const [, removed = ''] = /^\s*rm -r?f (\/.*)$/.exec(line) ?? [];
  if (removed !== '') return [{ kind: 'remove-files', paths: removed.split(' ') }];
  const [, ended = ''] = /^\s*systemctl (?:stop|disable --quiet --now) (heat-\S+)/.exec(line) ?? [];
  if (ended !== '') return [{ kind: 'stop', unit: ended }];
  const [, begun = ''] = /^\s*systemctl (?:start|enable --quiet --now) (heat-\S+)/.exec(line) ?? [];
  if (begun !== '') return [{ kind: 'start', unit: begun }];
  return [];
}
