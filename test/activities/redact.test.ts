import fc from 'fast-check';
import { redact } from '../../activities/redact';

describe('text that leaves a host', () => {
  it.each([
    [
      'every password of a URL with several hosts',
      'Invalid transport URL "rabbit://openstack:S3cret@mq1:5672,openstack:S3cret@mq2:5672//": bad port',
      'Invalid transport URL "rabbit://openstack:***@mq1:5672,openstack:***@mq2:5672//": bad port',
    ],
    ['a password with @ and :', 'mysql+pymysql://heat:p@ss:S3cret@db1/heat', 'mysql+pymysql://heat:***@db1/heat'],
    [
      'a password with / and #',
      "cannot use 'rabbit://o:a/S3cret#b@mq1:5672/'",
      "cannot use 'rabbit://o:***@mq1:5672/'",
    ],
    ['a password with a comma', 'rabbit://o:a,S3cret@mq1:5672/', 'rabbit://o:***@mq1:5672/'],
    [
      'a URL that was cut off',
      'Could not parse mysql+pymysql://heat:S3cret',
      'Could not parse mysql+pymysql://heat:***',
    ],
    ['a token as the user of a URL', 'https://S3cret@packages.example/ubuntu', 'https://***@packages.example/ubuntu'],
    [
      'a private key of which only the end is left',
      `${'S3cretS3cret/+=\n'.repeat(3)}-----END RSA PRIVATE KEY-----\nnext`,
      '***\n-----END RSA PRIVATE KEY-----\nnext',
    ],
    ['the middle of one', `${'S3cret+/'.repeat(8)}\n`.repeat(3), '***\n'],
    ['JSON', '{"name": "heat", "password": "S3\\"cret", "x": 1}', '{"name": "heat", "password": "***", "x": 1}'],
    ['JSON in JSON', '"{\\"password\\": \\"S3cret\\", \\"x\\": 1}"', '"{\\"password\\": \\"***\\", \\"x\\": 1}"'],
    ['a dictionary of Python', "{'admin_password': u'S3cret', 'x': 1}", "{'admin_password': u'***', 'x': 1}"],
    [
      'an option with blanks in it',
      'memcache_secret_key = S3 cret\nhost = ctl1',
      'memcache_secret_key = ***\nhost = ctl1',
    ],
    [
      'an option in a sentence',
      "option auth_encryption_key='S3 cret' is bad",
      "option auth_encryption_key='***' is bad",
    ],
    ['a variable', 'export OS_PASSWORD=S3cret; x', 'export OS_PASSWORD=*** x'],
    ['a header', '-H X-Auth-Token: S3cret -v', '-H X-Auth-Token: *** -v'],
    ['an argument', 'openstack --password S3cret stack list', 'openstack --password *** stack list'],
    ['SQL', "ALTER USER heat IDENTIFIED BY 'S3cret' x", "ALTER USER heat IDENTIFIED BY '***' x"],
    [
      'a name that ends with pass',
      'export HEAT_DBPASS=S3cret; x\nRABBIT_PASS: S3cret',
      'export HEAT_DBPASS=*** x\nRABBIT_PASS: ***',
    ],
    ['a key without an underscore', 'apikey=S3cret', 'apikey=***'],
    [
      'the password of LDAP, and of a state transfer of Galera',
      'bindpw S\nbindpw = S3cret\nwsrep_sst_auth = sst:S3cret',
      'bindpw S\nbindpw = ***\nwsrep_sst_auth = ***',
    ],
    ['"pass" in JSON', '{"user": "heat", "pass": "S3cret"}', '{"user": "heat", "pass": "***"}'],
    ['a header in a dictionary', "{'Authorization': 'Basic S3cret=='}", "{'Authorization': 'Basic ***'}"],
    ['what curl is given', 'curl -s -u admin:S3cret http://192.0.2.31/', 'curl -s -u admin:*** http://192.0.2.31/'],
    ['what mysql is given', 'mysqldump -u root -pS3cret heat', 'mysqldump -u root -p*** heat'],
    ['what sshpass is given', 'sshpass -p S3cret ssh ctl1', 'sshpass -p *** ssh ctl1'],
    [
      'a user of HAProxy',
      'user ana insecure-password S3cret\nstats auth admin:S3cret',
      'user ana insecure-password ***\nstats auth admin:***',
    ],
    ['XML', '<password>S3cret</password>', '<password>***</password>'],
    [
      'SQL of MariaDB',
      "IDENTIFIED VIA mysql_native_password USING '*S3cret' x; SET PASSWORD = PASSWORD('S3cret')",
      "IDENTIFIED VIA mysql_native_password USING '***' x; SET PASSWORD = ***",
    ],
    [
      'a token before the host of a repository of git',
      'git+https://S3cret@git.example/x',
      'git+https://***@git.example/x',
    ],
    ['a JSON Web Token', 'got eyJhbGciOiJFUzI1NiJ9.S3cretS3cret.S3cret-_ back', 'got *** back'],
    ['a Fernet token', `token gAAAAABl${'S3cret-_'.repeat(20)}== used`, 'token *** used'],
    [
      'a private key',
      '-----BEGIN RSA PRIVATE KEY-----\nS3cret\n-----END RSA',
      '-----BEGIN RSA PRIVATE KEY-----***-----END RSA',
    ],
  ])('has not %s', (_what, text, shown) => {
    expect(redact(text)).toBe(shown);
    expect(redact(shown)).toBe(shown);
  });

  it.each([
    'http://192.0.2.11:5000/v3 answers 503',
    'http://[fd00:10::11]:8004',
    'ctl1: exited 1: Lost connection: [Errno 104] Connection reset by peer',
    'sudo: a password is required',
    'curl -s -u admin http://192.0.2.31:8004/',
    'mariadb-dump -p /srv/dumps: 3 of 3 proofs pass: yes',
    'the service bypassed 3 servers',
    'ssh://deploy@ctl1',
    '3 stacks in progress: web (UPDATE since 03:00), db',
    '[keystone_authtoken] password, which the target release no longer has',
  ])('is left as it is: %s', (text) => {
    expect(redact(text)).toBe(text);
  });

  it('never has the password of a URL, whatever is in it', () => {
    const password = fc
      .string({ minLength: 1, maxLength: 12 })
      .map((text) => `S3cret${text.replaceAll(/[\s"'<>]/g, '')}S3cret`);
    fc.assert(
      fc.property(password, fc.constantFrom(1, 2, 3), (one, count) => {
        const hosts = Array.from({ length: count }, (_, index) => `heat:${one}@mq${String(index)}:5672`);
        expect(redact(`failed: rabbit://${hosts.join(',')}// refused`)).not.toContain('S3cret');
      }),
    );
  });
});
