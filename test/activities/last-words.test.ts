import { redact } from '../../activities/redact';
import { completeLines, lastWords } from '../../activities/last-words';

/** As a job's tail is made: the last 2048 bytes, wherever they begin. */
const tailOf = (text: string): { text: string; ofBytes: number } => ({
  text: text.slice(-2048),
  ofBytes: Buffer.byteLength(text),
});

describe('the end of a long output', () => {
  it('is all of it where nothing was cut', () => {
    expect(completeLines(tailOf('one\ntwo'))).toBe('one\ntwo');
    expect(completeLines(tailOf('x'.repeat(2048)))).toBe('x'.repeat(2048));
  });

  it('never begins inside a line, wherever the cut is', () => {
    const secret = 'connection = mysql+pymysql://heat:S3cretS3cret@db1/heat';
    const shown = Array.from({ length: secret.length + 2 }, (_, at) =>
      redact(completeLines(tailOf(`${secret}\n${'x'.repeat(2048 - at)}`))),
    );
    expect(shown.filter((text) => text.includes('S3cret'))).toEqual([]);
    expect(new Set(shown.map((text) => text.slice(0, 9)))).toEqual(new Set(['(one line', 'connectio', 'xxxxxxxxx']));
  });

  it('says where to read a line that is longer than what was kept', () => {
    expect(completeLines(tailOf(`{"password": "${'S3cret'.repeat(500)}"}`))).toBe(
      '(one line of more than 2048 bytes: read it on the host)',
    );
  });
});

describe('the last words of a command', () => {
  it('are shortened after secrets were taken out: what is cut first cannot be recognised any more', () => {
    const before = 'rabbit://openstack:';
    const line = `${before}${'S3cret'.repeat(40)}@mq1:5672/ refused ${'.'.repeat(300)}`;
    expect(lastWords('', `first\n${line}\n`)).toBe(`rabbit://openstack:***@mq1:5672/ refused ${'.'.repeat(300)}`);
    expect(lastWords(`${line}${'.'.repeat(400)}`)).toBe('.'.repeat(400));
  });

  it('of several texts are of the first that has some', () => {
    expect([lastWords(' \n', 'out'), lastWords('err\n', 'out'), lastWords('', '')]).toEqual(['out', 'err', '']);
  });
});
