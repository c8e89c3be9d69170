import { keyringsOf, sourceLists } from '../../catalog/platform/apt-lists';

describe('the lists and keys of a package source', () => {
  it('finds every keyring that a deb822 source names, and none in a key written into it', () => {
    expect(keyringsOf('Types: deb\nSigned-By: /etc/apt/keyrings/a.gpg\n')).toEqual(['/etc/apt/keyrings/a.gpg']);
    expect(keyringsOf('signed-by: /a.gpg, /b.asc\n\nTypes: deb\nSigned-By: /c.gpg\n')).toEqual([
      '/a.gpg',
      '/b.asc',
      '/c.gpg',
    ]);
    expect(keyringsOf('Signed-By:\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n')).toEqual([]);
  });

  it('tells what expires first', () => {
    const { parse } = sourceLists({ targetSource: 'Signed-By: /a.gpg\n' });
    expect(
      parse({
        stdout: 'list 86400 mirror_InRelease\nlist 3600 updates_InRelease\ngpg\nkey 7200 /a.gpg\nkey -5 /a.gpg\n',
        stderr: '',
        exitCode: 0,
      }),
    ).toEqual({
      listExpires: { inSeconds: 3600, what: 'updates_InRelease' },
      keyExpires: { inSeconds: -5, what: '/a.gpg' },
      keysRead: true,
    });
    expect(parse({ stdout: '', stderr: '', exitCode: 0 })).toEqual({
      listExpires: null,
      keyExpires: null,
      keysRead: false,
    });
  });
});
