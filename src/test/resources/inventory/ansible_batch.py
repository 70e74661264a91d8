"""Runs Ansible's own command line programs many times, each in a fork of one warmed up process,
because starting Python and loading Ansible takes most of their time. One JSON object per line on
stdin: {"argv": [...], "cwd": "..."}; one per line on stdout: {"status": n, "out": "...",
"err": "..."}. Beside the programs there is "login": what the plugins ssh and sudo make of a
host's variables."""
import json
import os
import sys
import tempfile

import ansible.cli  # must come first, it sets the process up
from ansible.cli.adhoc import AdHocCLI
from ansible.cli.inventory import InventoryCLI

from ansible.playbook.play_context import PlayContext
from ansible.plugins.loader import become_loader, connection_loader

PROGRAMS = {"ansible": AdHocCLI, "ansible-inventory": InventoryCLI}


class LoginCLI:
    OPTIONS = {
        "ssh": ("host", "port", "remote_user", "password", "private_key_file"),
        "sudo": ("become_user", "become_pass", "become_exe"),
    }

    @classmethod
    def cli_executor(cls, argv):
        variables = json.loads(argv[1])
        plugins = {
            "ssh": connection_loader.get("ssh", PlayContext(), None),
            "sudo": become_loader.get("sudo"),
        }
        answer = {}
        for name, plugin in plugins.items():
            plugin.set_options(var_options=variables)
            answer.update({o: plugin.get_option(o) for o in cls.OPTIONS[name]})
        print(json.dumps(answer))


PROGRAMS["login"] = LoginCLI


def run(order, out, err):
    child = os.fork()
    if child == 0:
        os.dup2(out.fileno(), 1)
        os.dup2(err.fileno(), 2)
        os.chdir(order["cwd"])
        sys.argv = order["argv"]
        status = 1
        try:
            PROGRAMS[order["argv"][0]].cli_executor(order["argv"])
            status = 0
        except SystemExit as e:
            status = e.code or 0
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


for line in sys.stdin:
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        status = run(json.loads(line), out, err)
        out.seek(0)
        err.seek(0)
        answer = {"status": status, "out": out.read(), "err": err.read()}
    print(json.dumps(answer), flush=True)
