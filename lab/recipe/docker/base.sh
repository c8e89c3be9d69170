# Runs once in the Debian below the stand-in images. Official images carry no documentation and no languages.
set -eu
rm -rf /usr/share/doc/* /usr/share/man/* /usr/share/info/* /usr/share/locale/* /usr/share/lintian/*
