# Runs in a throw-away controller root with the new code first on the path. Prints what Debian would ship for it: the
# configuration template and the policy sample; and what the new code needs that this root does not have.
set -eu
export PYTHONPATH=/lab/new PYTHONDONTWRITEBYTECODE=1
mkdir -p /lab/out
write_settings() { # NAME NAMESPACE...
    name=$1
    shift
    arguments=
    for namespace in "$@"; do arguments="$arguments --namespace $namespace"; done
    # shellcheck disable=SC2086
    oslo-config-generator --wrap-width 140 $arguments --output-file "/lab/out/$name.conf" 2>/dev/null
    # A service without an API of its own has no policy.
    oslopolicy-sample-generator --namespace "$name" --output-file "/lab/out/$name.policy.yaml" 2>/dev/null ||
        test "$name" = ceilometer
}
# What the new code asks for and this root does not have, one "wheel distribution version" per line. Upper bounds are not
# counted: Debian's own packages leave them out, as ceilometer 19 runs with tenacity 8 and asks for less than 7.
python3 - /lab/new >/lab/out/unmet.txt <<'PYTHON'
import importlib.metadata, pathlib, sys
from packaging.requirements import Requirement

for info in sorted(pathlib.Path(sys.argv[1]).glob('*.dist-info')):
    wanted = importlib.metadata.Distribution.at(info)
    for line in wanted.requires or []:
        need = Requirement(line)
        if need.marker and not need.marker.evaluate({'extra': ''}):
            continue
        try:
            # The path of this process starts with the new code: ask the root alone.
            have = next(importlib.metadata.distributions(name=need.name, path=['/usr/lib/python3/dist-packages']))
        except StopIteration:
            print(wanted.metadata['Name'], need.name, 'missing')
            continue
        lowest = [part for part in need.specifier if part.operator == '>=']
        if any(not part.contains(have.version, prereleases=True) for part in lowest):
            print(wanted.metadata['Name'], need.name, lowest[0].version)
PYTHON
