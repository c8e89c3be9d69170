# --------------------------------------------------------------------------------------------------------------
# The verbs, after everything they use. BASE is an absolute path: that tells a program's verb from a person's.

case ${1:---help} in
  --help | help | take-over | hand-back | kill) person "$@" ;;
  status) case ${2:-} in /*) ;; *) person "$@" ;; esac ;;
  version) say 'openstack-upgrade-job 1' && exit ;;
  ready) shift && make_ready "$@" ;;
  read) read_host "$2" "$3" ;;
  as) # BASE SHA256 VERB...: by a newer program, if it lies here
    case $3 in *[!0-9a-f]*) exit 64 ;; esac
    program=$2/bin/durable-job-$3.sh
    shift 3
    exec sh "$program" "$@"
    ;;
esac

verb=$1 B=$2 ID=${3:-}
J=$B/jobs/$ID
CLOUD='' FENCE=0
case $verb in # whose request it is, where it may alter something
  ensure) CLOUD=${11:-} FENCE=${12:-0} ;;
  cancel) CLOUD=${5:-} FENCE=${6:-0} ;;
  run | gc) CLOUD=${4:-} FENCE=${5:-0} ;;
esac
case $verb in
  status | follow | cancel | ack) # an existing job is handled by the copy it was started with
    [ "$0" = "$J/durable-job.sh" ] || [ ! -e "$J/durable-job.sh" ] || exec sh "$J/durable-job.sh" "$@"
    ;;
esac
[ "$verb" = run ] || say 'durable-job 1'
case $verb in
  ensure)
    ensure "$4" "$5" "$6" "${10}"
    follow "$7" "$8" "$9"
    ;;
  follow) follow "$4" "$5" "$6" ;;
  status) look && say "X $LINE" ;;
  cancel) cancel "$4" && look && say "X $LINE" ;;
  ack) acknowledge && say "X $LINE" ;;
  gc) collect_garbage "$3" ;;
  write) write_files "$3" ;;
  fence)
    CLOUD=$3 FENCE=${4:-0}
    [ $# -eq 3 ] || tell_fence "$5" "$6"
    fence_line FENCE
    say "X $LINE"
    ;;
  run) supervise ;;
  *) exit 64 ;;
esac
