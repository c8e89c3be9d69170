#!/bin/sh
# A remote command that starts at most once, outlives whoever started it, and whose fate is never guessed.
# Plain sh (dash, busybox ash, bash), coreutils, util-linux, grep, Linux /proc. The protocol is told in README.md.
#
#   ensure BASE ID SHA256 LENGTH start|attach OUT ERR SECONDS BOOT [CLOUD FENCE]   script on stdin: publish and start it
#                                     once, then follow. BOOT: the boot id that the host had when it was found ready
#   follow BASE ID OUT ERR SECONDS    output from these byte offsets, until the job is over or SECONDS have passed
#   status BASE ID                    one line: the only thing a controller decides on
#   cancel BASE ID GRACE [CLOUD FENCE]   TERM, after GRACE seconds KILL, the whole tree; before the start: never start
#   ack    BASE ID                    the controller has the result in durable history
#   gc     BASE DAYS [CLOUD FENCE]    forget what was acknowledged DAYS ago; a tombstone keeps the id from starting again
#   fence  BASE CLOUD [FENCE BY REASON]   whom the host obeys; raise it
#   write  BASE DIRECTORY             files on stdin, each complete or not at all, below BASE only
#   run    BASE ID [CLOUD FENCE]      internal: the supervisor
#   ready  BASE SHA256 LENGTH look|upload root|user   can this host keep the promise; take this program (on stdin)
#   read   LENGTH SHA256              a script on stdin, run as root
#   as     BASE SHA256 VERB...        another verb, by the program of that hash
#   version, help; for people: status [RUN], take-over, hand-back, kill (see help)
#
# Answers, after the line "durable-job 1" (a login shell may have printed something before it):
#   D out|err OFFSET LENGTH + bytes + newline      output
#   H state=...    the job goes on      P state=...  SECONDS have passed, ask again      X state=...  nothing more to say
#
# Lines that begin with ": crash-point" do nothing. Tests put a `kill -9 $$` there.
set -u
umask 077
LC_ALL=C
PATH=$PATH:/usr/sbin:/sbin
export LC_ALL PATH
TAB='	' # between names and reasons, which may have blanks
WHO=program # or person: whom no fence keeps out
note='' # what a supervisor said that did not start
SPARE=/run/openstack-upgrade # where a result waits while the disk takes nothing; not durable, but better than nothing

say() { printf '%s\n' "$*" || exit 0; } # the reader is gone: nothing left to do here

field() { # NAME "a=1 b=2": sets VALUE, without a fork
  VALUE=
  for word in $2; do case $word in "$1"=*) VALUE=${word#*=} && return 0 ;; esac; done
  return 1
}

