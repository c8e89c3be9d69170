# --------------------------------------------------------------------------------------------------------------
# The verbs, after everything they use.

verb=$1 B=$2 ID=${3:-}
J=$B/jobs/$ID
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
  run) supervise ;;
  *) exit 64 ;;
esac
