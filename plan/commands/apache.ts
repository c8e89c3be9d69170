import { stateDirectory } from '../../catalog/platform/apt';
import type { RuleId } from '../../catalog/rules';
import type { Change, Probe } from '../../schema/plan';
import { hereDocument, lines, sh, type ShellText } from '../../shell/sh';
import { change, probe } from '../change';
import type { Site, SiteProcesses } from '../scope/runner';

/** A site of Apache, and the process of the plan that it is. */
interface SiteOf {
  readonly unit: string;
  readonly site: Site;
}

/** Where the entry of a closed site is meanwhile, as it was: a link, or a file of its own. */
const kept = ({ name }: Site): string => `${stateDirectory}/closed-sites/${name}.conf`;

const closedText = (
  site: Site,
): string => `# Closed by an OpenStack upgrade, which opens it again. What was here: ${kept(site)}
`;

/** Sites of one Apache that are closed or opened side by side reload it one after the other. */
const oneReload = 'apache';

/** mod_wsgi gives its processes 3 s before it kills them, and a host may be slow. */
const endSeconds = 60;

/** Process ids of the site. Not its parent's: Apache's own process is the same before and after a reload. */
export function processesOf({ user, title }: SiteProcesses): ShellText {
  return title === null ? sh`pgrep -u ${user} -x apache2` : sh`pgrep -u ${user} -f ${title}`;
}

/** Nobody runs the site's code, and nobody accepts connections for it. */
function silentSite(site: Site): ShellText {
  const { port } = site;
  return lines(
    sh`
      left=$(${processesOf(site.processes)} | paste -sd ' ')
      test -z "$left" || { echo "processes $left still run the site" ${site.name}; exit 1; }
    `,
    // HAProxy on the same host may have the same port at another address.
    site.ownsPort
      ? sh`test -z "$(ss -Hltnp ${`sport = :${String(port)}`} | grep '"apache2"')" || { echo ${`apache2 still listens on port ${String(port)}`}; exit 1; }`
      : null,
  );
}

/** Apache serves the site: its processes live, and its port accepts connections. */
function servedSite({ processes, port }: Site): ShellText {
  return sh`systemctl -q is-active apache2 && ${processesOf(processes)} >/dev/null && test -n "$(ss -Hltnp ${`sport = :${String(port)}`} | grep '"apache2"')"`;
}

/**
 * Closes a site and locks it, while Apache goes on with its other sites (R-OPS-61). Its entry makes room for a file that
 * says nothing: `a2ensite`, and so the postinst of the package, refuses to touch what is no link, and after a reboot Apache
 * comes up without the site. `a2dissite` alone would leave the door open to people. Where Apache is stopped nothing has to be
 * told, and it starts without the site; what it refuses is seen before anything is changed.
 */
export function closeSite(options: SiteOf & { readonly id: string }): Change {
  const { id, site, unit } = options;
  const { file, name } = site;
  return change({
    id,
    title: `close the site ${name} of Apache and lock it`,
    check: sh`
      cmp -s ${file} - ${hereDocument({ content: closedText(site) })}
      ${silentSite(site)}
    `,
    run: sh`
      umask 022
      if systemctl -q is-active apache2; then apache2ctl configtest; fi
      mkdir -p ${`${stateDirectory}/closed-sites`}
      if ! cmp -s ${file} - ${hereDocument({ content: closedText(site) })}
      then
        test -e ${file} || { echo ${`the site ${name} is not enabled any more: somebody closed it. Enable it again, or abort`} >&2; exit 1; }
        rm -f ${`${kept(site)}.part`}
        cp -a ${file} ${`${kept(site)}.part`}
        mv -T ${`${kept(site)}.part`} ${kept(site)}
      fi
      cat > ${`${file}.closing`} ${hereDocument({ content: closedText(site) })}
      mv -T ${`${file}.closing`} ${file}
      if systemctl -q is-active apache2; then systemctl reload apache2; fi
      for second in $(seq ${endSeconds}); do ( ${silentSite(site)} ) >/dev/null && break; sleep 1; done
    `,
    effects: [
      { kind: 'process', unit, runs: false },
      { kind: 'reload', server: 'apache2', site: name, others: site.others },
      { kind: 'thing', thing: `guard: lock of ${unit}`, exists: true },
    ],
    onInterrupted: 'rerun',
    timeoutSeconds: 180,
    mutex: oneReload,
    requirements: ['R-OPS-61', 'R-OPS-42', 'trap 47'],
  });
}

/**
 * Opens a site again. Apache reads its whole configuration before: one that it refuses would keep every site of the host from
 * coming back after a reboot, so the site is closed again then.
 */
export function openSite(options: SiteOf & { readonly id: string; readonly requirements: readonly RuleId[] }): Change {
  const { id, site, unit, requirements } = options;
  const { file, name } = site;
  return change({
    id,
    title: `open the site ${name} of Apache`,
    check: sh`
      ${unlocked(site)}
      ${servedSite(site)}
    `,
    run: sh`
      umask 022
      ${entryBack({ site, as: 'opening' })}
      if ! apache2ctl configtest
      then
        cat > ${`${file}.again`} ${hereDocument({ content: closedText(site) })}
        mv -T ${`${file}.again`} ${file}
        echo ${`Apache refuses its configuration with the site ${name}. The site stays closed, the other sites are not affected.`} >&2
        exit 1
      fi
      rm -f ${kept(site)}
      systemctl reload-or-restart apache2
      for second in $(seq ${endSeconds}); do ( ${servedSite(site)} ) && break; sleep 1; done
    `,
    effects: [
      { kind: 'process', unit, runs: true },
      { kind: 'reload', server: 'apache2', site: name, others: site.others },
      { kind: 'thing', thing: `guard: lock of ${unit}`, exists: false },
    ],
    onInterrupted: 'rerun',
    timeoutSeconds: 180,
    mutex: oneReload,
    requirements,
  });
}

function unlocked(site: Site): ShellText {
  return sh`
    test ! -e ${kept(site)}
    test ! -L ${kept(site)}
    test -e ${site.file}
  `;
}

/** The entry as it was, a link or a file. Where nothing is kept, it is where it belongs. */
function entryBack(options: { readonly site: Site; readonly as: 'opening' | 'unlocked' }): ShellText {
  const { site, as } = options;
  const { file } = site;
  return sh`
    if test -e ${kept(site)} || test -L ${kept(site)}
    then
      rm -f ${`${file}.${as}`}
      cp -a ${kept(site)} ${`${file}.${as}`}
      mv -T ${`${file}.${as}`} ${file}
    fi
  `;
}

/** Takes the lock off a site that is still closed. Apache serves it from its next reload on: nothing is started here. */
export function unlockSite(options: SiteOf & { readonly id: string }): Change {
  const { id, site, unit } = options;
  return change({
    id,
    title: `take the lock off the site ${site.name} of Apache`,
    check: unlocked(site),
    run: sh`
      ${entryBack({ site, as: 'unlocked' })}
      rm -f ${kept(site)}
    `,
    effects: [{ kind: 'thing', thing: `guard: lock of ${unit}`, exists: false }],
    onInterrupted: 'rerun',
    timeoutSeconds: 60,
    requirements: ['trap 10'],
  });
}

/** New code must not answer before its schema is there, whatever a postinst has done (trap 10). */
export function siteStillClosed(options: { readonly id: string; readonly site: Site }): Probe {
  const { id, site } = options;
  return probe({
    id,
    title: `the packages opened no site: ${site.name} is closed`,
    script: sh`
      if ! cmp -s ${site.file} - ${hereDocument({ content: closedText(site) })}
      then
        echo ${`${site.file} is not as the run has left it`}
        exit 1
      fi
      ${silentSite(site)}
      echo closed
    `,
    remedy: 'close the site again before anything else: it runs new code where old code should be alone.',
    requirements: ['trap 10'],
  });
}

/** Debian's Keystone enables its unit whenever it is configured: after a reboot both would want the port. */
export function keepIdle(options: { readonly id: string; readonly unit: string }): Change {
  const { id, unit } = options;
  return change({
    id,
    title: `keep the unit ${unit} disabled: a site of Apache serves in its place`,
    check: sh`case $(systemctl is-enabled ${unit} 2>/dev/null) in enabled*) exit 1 ;; esac`,
    run: sh`systemctl disable --quiet ${unit}`,
    effects: [],
    onInterrupted: 'rerun',
    timeoutSeconds: 60,
    requirements: ['trap 10', 'trap 43'],
  });
}

/** A release may drop the program that a site names: a site file that was kept would then answer 500 to everybody. */
export function siteComplete(options: { readonly id: string; readonly site: Site }): Probe {
  const { id, site } = options;
  return probe({
    id,
    title: `the programs that the site ${site.name} of Apache names are there`,
    script: sh`
      for program in ${site.scripts}; do test -e "$program" || { echo "$program is not there"; exit 1; }; done
      echo ${`${String(site.scripts.length)} of ${String(site.scripts.length)} there`}
    `,
    remedy:
      "compare the site's file with the one that the package brings (a .dpkg-dist beside it, or dpkg -L), and name the program that exists.",
    requirements: ['R-OPS-52', 'trap 41'],
  });
}
