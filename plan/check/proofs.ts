import type { Proof } from '../../schema/effect';
import type { HostName } from '../../schema/names';
import { boundUnit, channelOf, channelsFed, enginesOn, type CloudState } from '../cloud-state';
import { fault, type Fault } from './plan-rule';

/** A probe that could never hold where its own plan places it. */
export function contradictions(options: { state: CloudState; host: HostName; proof: Proof }): Fault[] {
  const { state, host, proof } = options;
  const contradicts = (sentence: string): Fault[] => [fault('proofContradicts', sentence)];
  switch (proof.kind) {
    case 'drained':
      return channelsFed(state).includes(channelOf(proof.vhost))
        ? contradicts(`calls vhost ${proof.vhost} empty while an API feeds it`)
        : [];
    case 'engines': {
      const found = enginesOn({ state, channel: channelOf(proof.vhost) }).map(([id]) => id.replace(/^.*@/, ''));
      const [wanted, there] = [proof.hosts, found].map((hosts) => [...hosts].sort().join(' '));
      return wanted === there
        ? []
        : contradicts(`expects engines of "${wanted ?? ''}" on vhost ${proof.vhost}, where "${there ?? ''}" are`);
    }
    case 'talk':
      return proof.units
        .filter((unit) => state.running[boundUnit({ unit, host })]?.channel !== channelOf(proof.vhost))
        .flatMap((unit) => contradicts(`${unit} does not talk on vhost ${proof.vhost}`));
    case 'code':
      return state.code[host] === proof.release ? [] : contradicts(`the host has not the ${proof.release} release`);
    case 'silent':
      return Object.entries(state.running)
        .filter(([, { service }]) => service === proof.service)
        .flatMap(([id]) => contradicts(`calls ${proof.service} silent while ${id} runs`));
    case 'idle':
      return [];
    default:
      return proof satisfies never;
  }
}
