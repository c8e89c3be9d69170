import { abortOnSignals } from '../../lab/demo/closing';

/** What the demo says at Ctrl-C: one thing, and what happens then. */
describe('the demo at Ctrl-C', () => {
  afterEach(() => {
    process.removeAllListeners('SIGINT').removeAllListeners('SIGTERM');
  });

  it.each([
    [false, ['stopping; cleaning up', 'still stopping; cleaning up']],
    [true, ['stopping; everything keeps running (--keep)', 'still stopping; everything keeps running (--keep)']],
  ])('with --keep %s', (keep, lines) => {
    const said: string[] = [];
    const signal = abortOnSignals({ say: (line) => said.push(line), keeps: () => keep });
    process.emit('SIGINT');
    process.emit('SIGINT');
    expect([signal.aborted, said]).toEqual([true, lines]);
  });

  it('says what is true at that moment: a site that is only half there is cleaned up', () => {
    const said: string[] = [];
    let stands = false;
    abortOnSignals({ say: (line) => said.push(line), keeps: () => stands });
    process.emit('SIGTERM');
    stands = true;
    process.emit('SIGTERM');
    expect(said).toEqual(['stopping; cleaning up', 'still stopping; everything keeps running (--keep)']);
  });
});
