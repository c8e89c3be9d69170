"""asyncssh as its manual shows it: one connection a host, commands one after another, all hosts at once."""

import asyncio
import json
import sys
import time

import asyncssh


async def walk(host, command, times):
    async with asyncssh.connect(
        host["address"],
        port=host["port"],
        username=host["user"],
        client_keys=[host["identityFile"]],
        known_hosts=host["knownHostsFile"],
        config=[],
    ) as connection:
        for _ in range(times):
            await connection.run(command, check=True)


async def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        assignment = json.load(file)
    began_at = time.perf_counter()
    command, times = assignment["command"], assignment["work"]["perHost"]
    await asyncio.gather(*(walk(host, command, times) for host in assignment["hosts"]))
    print(json.dumps({"milliseconds": (time.perf_counter() - began_at) * 1000, "bytes": 0}))


asyncio.run(main())
