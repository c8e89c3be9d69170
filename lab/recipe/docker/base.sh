# Runs once in the Debian below the stand-in images. Official images carry no documentation, no languages, and no Perl for moving /bin
# into /usr, which is done.
set -eu
export DEBIAN_FRONTEND=noninteractive
# As in the official images: apt's own indexes would be 60 MB of each.
printf 'Dir::Cache::pkgcache "";\nDir::Cache::srcpkgcache "";\n' >/etc/apt/apt.conf.d/docker-no-indexes
rm -f /var/cache/apt/*.bin
apt-get -q update
apt-get -q -y --no-install-recommends install usr-is-merged usrmerge-
apt-get -q -y purge usrmerge perl libperl5.36 'perl-modules-*' 'lib*-perl'
rm -rf /usr/share/doc/* /usr/share/man/* /usr/share/info/* /usr/share/locale/* /usr/share/lintian/*
