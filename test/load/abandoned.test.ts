import { idleAfter, isAbandoned, type Idle, type Look } from '../../lab/load/abandoned';

/** Looks every five seconds, and what they make of the stack `web` in the end. */
function after(looks: readonly Look[]): boolean {
  const idle = looks.reduce<Idle>((seen, look, index) => idleAfter({ idle: seen, look, nowMs: index * 5000 }), {});
  return isAbandoned({ idle, name: 'web', nowMs: (looks.length - 1) * 5000 });
}

const still: Look = { unheld: { web: 'a/4' }, messages: 0 };

describe('a stack on which nobody works any more', () => {
  it('is one that no engine holds and no message carries, for twenty seconds', () => {
    expect(after([still, still, still, still, still])).toBe(true);
    expect(after([still, still, still, still])).toBe(false);
  });

  it.each<[string, Look]>([
    ['a message was on its way', { unheld: { web: 'a/4' }, messages: 1 }],
    ['an engine held it', { unheld: {}, messages: 0 }],
    ['it had come further', { unheld: { web: 'a/5' }, messages: 0 }],
    ['somebody began something else with it', { unheld: { web: 'b/4' }, messages: 0 }],
  ])('is none when in between %s', (_, look) => {
    expect(after([still, still, look, still, still])).toBe(false);
  });

  it('is none that was never seen', () => {
    expect(isAbandoned({ idle: {}, name: 'web', nowMs: 1e12 })).toBe(false);
  });
});
