import { sleep, type UpgradeRig } from './upgrade-rig';

/** Kills the worker every 20 to 60 s, and starts it again at once, until told to stop. */
export function killAtRandom({ killWorker }: Pick<UpgradeRig, 'killWorker'>): {
  /** Returns how often it was killed. */
  readonly stop: () => Promise<number>;
} {
  const stopping = new AbortController();
  const going = (): boolean => !stopping.signal.aborted;
  const killing = (async () => {
    let kills = 0;
    for (;;) {
      const nextAt = Date.now() + 20_000 + Math.random() * 40_000;
      while (going() && Date.now() < nextAt) await sleep(250);
      if (!going()) return kills;
      await killWorker();
      kills++;
    }
  })();
  return {
    stop: () => {
      stopping.abort();
      return killing;
    },
  };
}
