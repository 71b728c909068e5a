"""A service manager's ear for a check: writes each message of NOTIFY_SOCKET as it comes.

Usage: notify.py SOCKET: one line a message on stdout, its lines joined by tabs, until killed.
"""

import os
import socket
import sys

ear = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
ear.bind(sys.argv[1])
os.chmod(sys.argv[1], 0o777)
while True:
    print(ear.recv(4096).decode().replace("\n", "\t"), flush=True)
