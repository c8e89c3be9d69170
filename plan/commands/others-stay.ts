import { aptEnvironment, otherPinsFile } from '../../catalog/platform/apt';
import type { Change, Probe } from '../../schema/plan';
import { hereDocument, sh } from '../../shell/sh';
import { change, probe } from '../change';

/** Packages that stay at a version of theirs; `version` may end with a star. */
interface Kept {
  readonly name: string;
  readonly version: string;
}

/**
 * Whoever is no part of the run does not follow when the target source is open: neither now nor, by the next unattended upgrade, after
 * the run (R-OPS-70). Outlives the run; without such packages the pins of an earlier run go.
 */
export function keepOthers(options: { kept: readonly Kept[] }): Change {
  const { kept } = options;
  if (kept.length === 0) {
    return change({
      id: 'packages/others-stay',
      title: 'take away the pins of an earlier run: this one upgrades what they kept',
      check: sh`test ! -e ${otherPinsFile}`,
      run: sh`rm -f ${otherPinsFile}`,
      effects: [{ kind: 'thing', thing: 'helper: pins of other packages', exists: false }],
      onInterrupted: 'rerun',
      timeoutSeconds: 60,
      requirements: ['R-OPS-70'],
    });
  }
  const text = hereDocument({ content: pinsOf(kept) });
  return change({
    id: 'packages/others-stay',
    title: `pin ${String(kept.length)} packages that are not upgraded to their versions`,
    check: sh`cmp -s ${otherPinsFile} - ${text}`,
    run: sh`
      umask 022
      cat > ${otherPinsFile} ${text}
    `,
    effects: [{ kind: 'thing', thing: 'helper: pins of other packages', exists: true }],
    onInterrupted: 'rerun',
    timeoutSeconds: 60,
    requirements: ['R-OPS-38', 'R-OPS-70'],
  });
}

/** One stanza for all packages of one version. 990 wins over a source without a pin (500); from 1000 on apt would downgrade. */
function pinsOf(kept: readonly Kept[]): string {
  const versions = [...new Set(kept.map(({ version }) => version))];
  const stanzas = versions.map((version) => {
    const names = kept.filter((one) => one.version === version).map(({ name }) => name);
    return `Package: ${names.join(' ')}\nPin: version ${version}\nPin-Priority: 990\n`;
  });
  return [
    '# OpenStack upgrade: these packages were not upgraded, and the source of the next series is open. They stay at their\n' +
      '# version: 990 wins over a source without a pin (500), and below 1000 apt never downgrades. Remove this file once they are\n' +
      '# upgraded, with their migrations; a run that upgrades them removes it.\n',
    ...stanzas,
  ].join('\n');
}

/** apt would take none of them to another version, whatever pins and sources this host has besides. */
export function othersStay(options: { kept: readonly Kept[] }): Probe {
  const rows = options.kept.map(({ name, version }) => `${name} ${version.replace(/\*$/, '')}`);
  return probe({
    id: 'verify/others-stay',
    title: 'apt-get dist-upgrade would leave what the run did not upgrade',
    script: sh`
      cat > "$RUN/staying" ${hereDocument({ content: rows.join('\n') })}
      ${aptEnvironment} apt-get -q -s -y -o APT::Get::Always-Include-Phased-Updates=true dist-upgrade > "$RUN/dist-upgrade"
      awk 'NR == FNR { stays[$1] = stays[$1] " " $2; next }
        $1 == "Inst" && $3 ~ /^\\[/ && $2 in stays {
          version = substr($4, 2); n = split(stays[$2], all, " "); same = 0
          for (i = 1; i <= n; i++) if (index(version, all[i]) == 1) same = 1
          if (!same) print "apt would take " $2 " to " version
        }' "$RUN/staying" "$RUN/dist-upgrade" > "$RUN/following"
      test ! -s "$RUN/following" || { paste -sd ';' "$RUN/following"; exit 1; }
      echo ${`${String(rows.length)} packages stay`}
    `,
    timeoutSeconds: 120,
    remedy: `a pin of this host outweighs ${otherPinsFile} (apt-cache policy names it): take it away, or hold the package (apt-mark hold), then retry.`,
    requirements: ['R-OPS-70'],
  });
}
