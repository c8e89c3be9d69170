#!/bin/sh
# Makes the namespace and the search attributes that the upgrade workflows write. Without them a worker refuses to start.
# Runs at every start; does nothing when all is there. TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE come from the environment.
set -eu

if ! temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1; then
    # An upgrade's history is kept this long after its end; the report on the cloud's own hosts stays.
    temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention "${NAMESPACE_RETENTION:-90d}"
fi

# The server answers for a new namespace only when its cache has seen it, up to ten seconds later.
attempts=30
until temporal operator search-attribute list --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1; do
    attempts=$((attempts - 1))
    if [ "$attempts" -eq 0 ]; then
        echo "Namespace $TEMPORAL_NAMESPACE does not answer at $TEMPORAL_ADDRESS; see the log of the service 'temporal'." >&2
        exit 1
    fi
    sleep 1
done

known=$(temporal operator search-attribute list --namespace "$TEMPORAL_NAMESPACE")
for name in OsuCloud OsuWaiting OsuPhase; do
    case $known in
    *"$name"*) ;;
    *) temporal operator search-attribute create --namespace "$TEMPORAL_NAMESPACE" --name "$name" --type Keyword ;;
    esac
done
echo "Namespace $TEMPORAL_NAMESPACE is ready."
