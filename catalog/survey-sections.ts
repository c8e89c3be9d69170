import { lines, sh, type ShellText } from '../shell/sh';
import { reasonOf, Unreadable, type Printed, type Reader } from './reader';

/*
 * A survey's text: what each reader's script printed, in a section of its own between marks.
 */

const mark = '@@openstack-upgrade-survey';

/**
 * Prints stdout between two marks, then stderr, which is kept in a variable meanwhile: a remark in the middle of the
 * facts would be taken for one of them. What a login shell says before stands outside all marks.
 */
export function sectionScript(options: { id: string; script: ShellText }): ShellText {
  const { id, script } = options;
  return lines(
    sh`echo ${`${mark} begin ${id}`}`,
    sh`{ said=$( (`,
    script,
    sh`) 2>&1 >&3 3>&- </dev/null ); code=$?; } 3>&1`,
    sh`printf '\\n%s %d\\n%s\\n%s\\n' ${`${mark} said ${id}`} "$code" "$said" ${`${mark} end ${id}`}`,
  );
}

export type Read = <Fact>(id: string, reader: Reader<Fact>) => Fact;

/** Thrown when a survey's text ended early: the connection broke or the script died. The survey is run again. */
export class SurveyIncomplete extends Unreadable {}

export function sectionReader(stdout: string): Read {
  return (id, reader) => {
    const printed = sectionOf({ stdout, id });
    if (printed === undefined) throw new SurveyIncomplete(`the survey ended before its section "${id}"`);
    return parsed({ id, reader, printed });
  };
}

/** Text that a parser stumbles over is a fault of the host and not one of ours, which Temporal would retry forever. */
function parsed<Fact>(options: { id: string; reader: Reader<Fact>; printed: Printed }): Fact {
  const { id, reader, printed } = options;
  try {
    return reader.parse(printed);
  } catch (error) {
    if (error instanceof Unreadable) throw error;
    throw new Unreadable(`section "${id}" of the survey could not be understood: ${reasonOf(printed)}`);
  }
}

function sectionOf(options: { stdout: string; id: string }): Printed | undefined {
  const name = options.id.replaceAll(/[.*+?^${'$'}{}()|[\]\\]/g, '\\$&');
  const section = new RegExp(
    `${mark} begin ${name}\\n([^]*?)\\n${mark} said ${name} (\\d+)\\n([^]*?)\\n${mark} end ${name}\\n`,
  ).exec(options.stdout);
  if (section === null) return undefined;
  const [, stdout = '', exitCode = '', stderr = ''] = section;
  return { stdout, stderr, exitCode: Number(exitCode) };
}
