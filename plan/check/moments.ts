import type { Plan } from '../../schema/plan';
import { behind, enginesOn, readyServers, type CloudState } from '../cloud-state';
import { fault, type Fault } from './plan-rule';

/** What no moment of a run may have. */
export function brokenMoments(options: { kind: Plan['kind']; state: CloudState }): Fault[] {
  const { kind, state } = options;
  const ready = readyServers(state);
  const backends = [...new Set(Object.keys(state.rotation).map((server) => server.split('/')[0] ?? ''))];
  const silent = backends.filter((backend) => !ready.some((server) => server.startsWith(`${backend}/`)));
  const dead = ready.flatMap((server) => {
    if (state.rotation[server]?.reaches === null) return [];
    const process = behind({ state, server });
    if (process === null) return [fault('requestsToStopped', `${server} gets requests and does not run`)];
    return process.channel === null || enginesOn({ state, channel: process.channel }).length > 0
      ? []
      : [fault('apiWithoutEngine', `${server} gets requests on ${process.channel}, where no engine runs`)];
  });
  const lost = Object.entries(state.running).flatMap(([id, { channel }]) =>
    channel === null || !channel.startsWith('vhost ') || state.things.some((thing) => thing === channel)
      ? []
      : [fault('vhostGone', `${id} talks on ${channel}, which is not there`)],
  );
  const channels = [...new Set(Object.values(state.running).flatMap(({ channel }) => channel ?? []))];
  const mixed = channels.filter(
    (channel) => new Set(enginesOn({ state, channel }).map(([, { release }]) => release)).size > 1,
  );
  return [
    ...(kind === 'partial' ? silent : []).map((backend) => fault('nobodyServes', `nobody serves ${backend}`)),
    ...dead,
    ...lost,
    ...mixed.map((channel) => fault('releasesMeet', `two releases have engines on ${channel}`)),
  ];
}
