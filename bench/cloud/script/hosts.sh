# How a person's shell script reaches the hosts: one ssh for each, all at once, over connections that stay open.

part() { # NAME: the next part begins
  printf '%s %s\n' "$(date +%s%3N)" "$1" >>"$MARKS"
}
on() { # HOST: runs the commands of standard input there as root
  ssh -F "$SSH_CONFIG" "$1" 'sudo sh -euc "$(cat)"'
}
everywhere() { # runs the commands of standard input on all controllers at once
  commands=$(cat)
  waits=
  for host in $CONTROLLERS; do
    printf '%s\n' "$commands" | on "$host" &
    waits="$waits $!"
  done
  for pid in $waits; do wait "$pid"; done
}
balance() { # STATE: of every server of these back ends
  on lb1 <<END
for backend in $BACKENDS; do
  for host in $CONTROLLERS; do echo "set server \$backend/\$host state $1" | socat stdio /run/haproxy/admin.sock; done
done
END
}
install() { # WHAT apt-get is given: configuration files stay as they are, and packages start nothing before all are there
  everywhere <<END
printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
chmod 0755 /usr/sbin/policy-rc.d
DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=60 \
  -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold install $1
rm /usr/sbin/policy-rc.d
END
}
serve() { # opens, and waits until every API answers once
  part open
  balance ready
  part proofs
  for url in $URLS; do
    until curl -sf -o /dev/null -m 10 "$url"; do sleep 0.2; done
  done
  part end
}
