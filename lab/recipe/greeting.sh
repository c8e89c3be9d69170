# What somebody wrote to be greeted by a host, at every login and for every command over ssh. The last line has no end.
echo "*** $(hostname), production of the cloud cedar. state=OK missing nothing ***"
echo "Disk usage 42%, error count 0, see https://wiki.example/maintenance" >&2
printf 'Have a nice day. '
printf 'Be careful. ' >&2
