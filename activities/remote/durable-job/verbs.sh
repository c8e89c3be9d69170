# --------------------------------------------------------------------------------------------------------------
# The verbs, after everything they use.

verb=$1 B=$2 ID=${3:-}
J=$B/jobs/$ID
CLOUD='' FENCE=0
case $verb in # whose request it is, where it may alter something
  ensure) CLOUD=${10:-} FENCE=${11:-0} ;;
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
    ensure "$4" "$5" "$6"
    follow "$7" "$8" "$9"
    ;;
  follow) follow "$4" "$5" "$6" ;;
  status) look && say "X $LINE" ;;
  cancel) cancel "$4" && look && say "X $LINE" ;;
  ack) acknowledge && say "X $LINE" ;;
  gc) collect_garbage "$3" ;;
  fence)
    CLOUD=$3 FENCE=${4:-0}
    [ $# -eq 3 ] || tell_fence "$5" "$6"
    fence_line FENCE
    say "X $LINE"
    ;;
  run) supervise ;;
  *) exit 64 ;;
esac
