import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { recipeText } from '../../machine/recipe-text';
import type { RepackedSource } from '../series';

/** Raise it when a package becomes a site in another way: its bytes would differ, too. */
export const asSiteVersion = '2';

/**
 * Debian's unpacked package as Ubuntu lays it out: a site of Apache that its postinst enables, neither unit nor init
 * script. The site's file is a conffile.
 */
export function asSite(options: { readonly folder: string; readonly site: NonNullable<RepackedSource['site']> }): void {
  const { folder, site } = options;
  const control = join(folder, 'DEBIAN');
  rmSync(join(folder, 'lib/systemd/system', `${site.unit}.service`));
  rmSync(join(folder, 'etc/init.d', site.unit));
  const file = `etc/apache2/sites-available/${site.name}.conf`;
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), recipeText(`site-${site.name}.conf`));
  const conffiles = readFileSync(join(control, 'conffiles'), 'utf8').replace(`/etc/init.d/${site.unit}\n`, '');
  writeFileSync(join(control, 'conffiles'), `${conffiles}/${file}\n`);
  for (const script of ['preinst', 'postinst', 'prerm', 'postrm'].map((name) => join(control, name))) {
    if (existsSync(script)) writeFileSync(script, withoutUnit({ text: readFileSync(script, 'utf8'), unit: site.unit }));
  }
  const postinst = join(control, 'postinst');
  writeFileSync(postinst, readFileSync(postinst, 'utf8').replace(/\nexit 0\s*$/, '\n'));
  appendFileSync(postinst, enabling(site.name));
}

/** What starts, stops or enables the unit or its init script goes: debhelper's pieces, and lines of Keystone's own. */
export function withoutUnit(options: { readonly text: string; readonly unit: string }): string {
  const { text, unit } = options;
  const pieces = /# Automatically added by [^]*?# End automatically added section\n/g;
  const lines = new RegExp(`^(\\s*)(systemctl enable|update-rc\\.d|invoke-rc\\.d) ${unit}\\b.*$`, 'gm');
  return text
    .replaceAll(pieces, (piece) =>
      piece.includes(`'${unit}.service'`) || piece.includes(`/etc/init.d/${unit}"`) ? '' : piece,
    )
    .replaceAll(lines, '$1:');
}

/** What dh_apache2 makes of a site, through Apache's own helper. debconf listens on standard output. */
const enabling = (site: string): string => `
if [ "$1" = configure ] && [ -e /usr/share/apache2/apache2-maintscript-helper ]; then
	. /usr/share/apache2/apache2-maintscript-helper
	apache2_invoke ensite ${site} >&2 || exit $?
fi

exit 0
`;
