"""Holds what strace saw to the sandbox of the systemd unit.

Usage: syscalls.py UNIT TRACE...: prints what the unit would refuse; ends with 1 where it does.
"""

import re
import subprocess
import sys


def group(name):
    """The system calls of one of systemd's groups."""
    if not name.startswith("@"):
        return {name}
    text = subprocess.run(
        ["systemd-analyze", "syscall-filter", name], check=True, capture_output=True, text=True
    ).stdout
    words = [line.strip() for line in text.splitlines()[1:] if line.startswith("    ")]
    return set().union(*(group(word) for word in words if not word.startswith("#")))


unit = open(sys.argv[1], encoding="utf-8").read()
allowed = set()
for words in re.findall(r"^SystemCallFilter=(.*)$", unit, re.M):
    refused = words.startswith("~")
    for word in words.lstrip("~").split():
        allowed = allowed - group(word) if refused else allowed | group(word)
# Those that systemd always permits stay.
allowed |= group("@default")
families = set(re.search(r"^RestrictAddressFamilies=(.*)$", unit, re.M)[1].split())

calls, findings = {}, set()
for path in sys.argv[2:]:
    for line in open(path, encoding="utf-8", errors="replace"):
        match = re.match(r"(?:\d+ +)?([a-z_0-9]+)\((.*)", line)
        if not match:
            continue
        name, rest = match.groups()
        calls[name] = calls.get(name, 0) + 1
        if name not in allowed:
            findings.add(f"SystemCallFilter refuses {name}")
        if name in ("socket", "socketpair"):
            family = re.match(r"(\w+)", rest)[1]
            if family not in families:
                findings.add(f"RestrictAddressFamilies refuses {family}")
        writable = "PROT_WRITE" in rest and "PROT_EXEC" in rest
        if (name == "mmap" and writable) or (name == "mprotect" and "PROT_EXEC" in rest):
            findings.add(f"MemoryDenyWriteExecute refuses {name}({rest[:60]}")
for finding in sorted(findings):
    print(finding)
if len(calls) < 20:
    print(f"only {len(calls)} kinds of system calls were seen: the trace is not one of the server")
sys.exit(1 if findings or len(calls) < 20 else 0)
