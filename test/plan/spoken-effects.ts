import type { Step } from '../../schema/plan';

/** What the text of a command does to processes, vhosts, rotation and packages, in words; read from the shell text alone. */
export function spokenEffects(step: Step): string[] {
  if (step.kind !== 'change') return [];
  return step.run.split('\n').flatMap(spokenIn);
}

function spokenIn(line: string): string[] {
  const [, server = '', state = ''] = /set server (\S+) state (\w+)/.exec(line) ?? [];
  if (server !== '') return [`rotation ${server} ${state}`];
  const [, does = '', frontend = ''] = /'?(enable|disable) frontend (\S+?)'/.exec(line) ?? [];
  if (does !== '') return [`frontend ${frontend} ${does === 'enable' ? 'open' : 'closed'}`];
  const [, verb = '', vhost = ''] = /broker-vhost" (make|remove|drop) (\S+)/.exec(line) ?? [];
  if (verb !== '') return [`vhost ${vhost} ${verb === 'make' ? 'there' : 'gone'}`];
  const [, file = '', target = ''] = /service-transport" (?:set|env \S+) (\S+) (\S+)/.exec(line) ?? [];
  if (file !== '') return [`${file} names ${target}`];
  const [, ended = ''] = /^\s*systemctl (?:stop|disable --quiet --now) ((?!"\$unit")\S+)/.exec(line) ?? [];
  if (ended !== '') return [`${ended} stops`];
  const [, begun = ''] = /^\s*systemctl (?:start|enable --quiet --now) ((?!"\$unit")\S+)/.exec(line) ?? [];
  if (begun !== '') return [`${begun} starts`];
  const [, site = '', way = ''] = /^\s*mv -T \S+\/(\S+)\.conf\.(closing|opening) /.exec(line) ?? [];
  if (site !== '') return [`${site} ${way === 'opening' ? 'starts' : 'stops'}`];
  const [, reloading = ''] = /(?:^\s*|then )systemctl reload(?:-or-restart)? (\S+?);?(?: |$)/.exec(line) ?? [];
  if (reloading !== '') return [`${reloading} reloads`];
  if (/apt-get .*--no-download .*install /.test(line)) return ['code target'];
  if (/apt-get .*--allow-downgrades install /.test(line)) return ['code installed'];
  return [];
}

/** The same words for what the step says in data. */
export function declaredEffects(step: Step): string[] {
  if (step.kind !== 'change') return [];
  return (step.effects ?? []).flatMap((effect) => {
    switch (effect.kind) {
      case 'rotation':
        return [`rotation ${effect.server} ${effect.state}`];
      case 'frontend':
        return [`frontend ${effect.frontend} ${effect.open ? 'open' : 'closed'}`];
      case 'process':
        return [`${effect.unit} ${effect.runs ? 'starts' : 'stops'}`];
      case 'code':
        return [`code ${effect.release}`];
      case 'vhost':
        return effect.vhost === null ? [] : [`${effect.file} names ${effect.vhost}`];
      case 'thing':
        return effect.thing.startsWith('vhost ') ? [`${effect.thing} ${effect.exists ? 'there' : 'gone'}`] : [];
      case 'reload':
        return [`${effect.server} reloads`];
      case 'configuration':
      case 'schema':
        return [];
      default:
        return effect satisfies never;
    }
  });
}
