import { execFileSync } from 'node:child_process';
import { hereDocument, lines, quote, sh } from '../../shell/sh';

const run = (script: string): string => execFileSync('sh', ['-c', script], { encoding: 'utf8' });

describe('sh', () => {
  it('leaves plain words readable and quotes every other', () => {
    expect(sh`systemctl stop ${'heat-engine'}`.text).toBe('systemctl stop heat-engine');
    expect(sh`echo ${"it's $HOME; rm -rf /"}`.text).toBe(`echo 'it'\\''s $HOME; rm -rf /'`);
  });

  it.each(["a b'c", '$(id)', '`id`', 'tab\there', 'back\\slash', '', '*', '~root', '-n'])(
    'gives %j back unharmed from a shell',
    (word) => {
      expect(run(sh`printf %s ${word}`.text)).toBe(word);
    },
  );

  it('joins arrays as words', () => {
    expect(sh`apt-mark hold ${['heat-api', 'a b']}`.text).toBe(`apt-mark hold heat-api 'a b'`);
  });

  it('takes its own indentation away and none of a here-document', () => {
    const text = sh`
      cat > /tmp/x ${hereDocument({ content: 'if a:\n      b\n' })}
      done
    `.text;
    expect(text).toBe("cat > /tmp/x <<'END'\nif a:\n      b\nEND\ndone");
  });

  it('chooses an end mark that the content does not hold', () => {
    expect(run(`cat ${hereDocument({ content: 'END\nEND_\n' }).text}`)).toBe('END\nEND_\n');
  });

  it('leaves out what is null between lines', () => {
    expect(lines(sh`a`, null, sh`b`).text).toBe('a\nb');
  });

  it('quotes the empty word', () => {
    expect(quote('')).toBe("''");
  });
});
