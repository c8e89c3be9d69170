/**
 * Works on a cloud of this program's own and removes it, once: at the end, when the work fails, or when a signal ends the program (exit
 * code 130). The work fails then as well, because its server is gone; the signal is told, not that.
 */
export async function onCloud<Cloud extends { readonly stop: () => Promise<void> }, T>(options: {
  readonly raise: () => Promise<Cloud>;
  readonly work: (cloud: Cloud) => Promise<T>;
  readonly say: (line: string) => void;
}): Promise<T> {
  const { raise, work, say } = options;
  say('raising the cloud');
  const cloud = await raise();
  let removed: Promise<void> | null = null;
  const remove = (): Promise<void> => {
    if (removed === null) say('removing the cloud');
    return (removed ??= cloud.stop());
  };
  const stop = (): void => {
    void remove().finally(() => process.exit(130));
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    return await work(cloud);
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
    await remove();
  }
}
