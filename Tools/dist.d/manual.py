"""Turns what a program says about itself (--experimental-dump-help) into manual pages.

Usage: manual.py SECTION VERSION SECONDS FOLDER <dump: one page per command, in FOLDER.
"""

import json
import sys
import time

SECTION, VERSION, SECONDS, FOLDER = sys.argv[1:]
DATE = time.strftime("%Y-%m-%d", time.gmtime(int(SECONDS)))

EXITS = {
    "0": "Yes: the work is done, or the answer is yes.",
    "1": "No. The reason is on standard error.",
    "2": "Wrong usage, or a file that cannot be read.",
    "3": "The network, the disk or the ledger failed; the same command may succeed later.",
}
FILES = {
    "1": [("~/.config/colophon/config.yaml", "settings: key, issuer, ledger, trust, creator")],
    "8": [
        ("/etc/colophon/colophond.yaml", "settings; \\(lqcolophond serve --print-config\\(rq shows "
                                         "each with where it comes from"),
        ("/var/lib/colophon/ledger", "the log, where the service keeps it"),
        ("/var/lib/colophon/ledger.keys", "the ledger's private keys: secret, and in no backup "
                                          "of the log"),
        ("/var/lib/colophon/ledger.highwater", "the highest head ever signed: in no backup"),
        ("/var/lib/colophon/ledger.index", "the map of the index: a cache, in no backup"),
        ("/var/lib/colophon/ledger.ingest", "a table on its way into the log: in no backup"),
        ("/var/lib/colophon/ledger.similar", "what the pictures look like: a cache, in no backup"),
    ],
}
OTHERS = {"1": ("colophond", "8"), "8": ("colophon", "1")}


def escaped(text):
    """Text as it stands, whatever its characters mean to roff."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("~", "\\(ti")
    text = text.replace("^", "\\(ha").replace("`", "\\(ga")
    return "\\&" + text if text[:1] in (".", "'") else text


def prose(text):
    """Paragraphs, with indented lines as examples."""
    lines, out, example = text.splitlines(), [], False
    for line in lines:
        indented = line.startswith("  ") and line.strip()
        if indented and not example:
            while out and out[-1] == ".PP":
                out.pop()
            out += [".PP", ".EX"] if out else [".EX"]
            example = True
        elif example and line.strip() and not indented:
            while out[-1] == "":
                out.pop()
            out += [".EE", ".PP"]
            example = False
        if example:
            out.append(escaped(line) if line.strip() else "")
        elif not line.strip():
            if out and out[-1] != ".PP":
                out.append(".PP")
        else:
            out.append(escaped(line))
    while out and out[-1] in ("", ".PP"):
        out.pop()
    return out + ([".EE"] if example else [])


def names(argument):
    """How an option is written: --key PEM."""
    if argument["kind"] == "positional":
        return f"\\fI{escaped(argument['valueName'])}\\fR"
    shown = []
    for name in argument["names"]:
        dashes = "--" if name["kind"] == "long" else "-"
        shown.append(f"\\fB{escaped(dashes + name['name'])}\\fR")
    text = ", ".join(shown)
    if argument["kind"] == "option":
        text += f" \\fI{escaped(argument['valueName'])}\\fR"
    return text


def synopsis(path, arguments, subcommands):
    line = "\\fB" + escaped(" ".join(path)) + "\\fR"
    if subcommands:
        line += " \\fIcommand\\fR"
    for argument in arguments:
        if argument["kind"] != "positional" and argument.get("isOptional", True):
            continue
        text = names(argument) + ("..." if argument.get("isRepeating") else "")
        line += f" [{text}]" if argument.get("isOptional") else f" {text}"
    return line + " [\\fIoption\\fR...]"


def options(arguments):
    out, section = [], None
    for argument in arguments:
        title = argument.get("sectionTitle") or (
            "Arguments" if argument["kind"] == "positional" else "Options")
        if title != section:
            out.append(f".SH {escaped(title.upper())}")
            section = title
        out += [".TP", names(argument)]
        text = argument.get("abstract", "")
        if not all(value in text for value in argument.get("allValues") or []):
            text += " One of: " + ", ".join(argument["allValues"]) + "."
        if argument.get("defaultValue"):
            text += f" Default: {argument['defaultValue']}."
        out.append(escaped(text.strip()))
        if argument.get("discussion"):
            out += [".IP"] + prose(argument["discussion"])
    return out


def page(command, parents, siblings):
    path = parents + [command["commandName"]]
    name = "-".join(path)
    subcommands = [c for c in command.get("subcommands", []) if c["commandName"] != "help"]
    arguments = [a for a in command.get("arguments", []) if a.get("shouldDisplay", True)]
    # In the order in which their sections first appear, those without one last.
    titles = [a.get("sectionTitle") for a in arguments if a.get("sectionTitle")]
    arguments.sort(key=lambda a: (
        a["kind"] != "positional",
        titles.index(a["sectionTitle"]) if a.get("sectionTitle") else len(titles)))

    abstract = command.get("abstract", "").rstrip(".")
    out = [
        '.\\" Made from the program\'s own help: do not edit.',
        f'.TH {escaped(name).upper()} {SECTION} {DATE} "colophon {VERSION}" "Colophon"',
        ".SH NAME", f"{escaped(name)} \\- {escaped(abstract[:1].lower() + abstract[1:])}",
        ".SH SYNOPSIS", synopsis(path, arguments, subcommands),
    ]
    if command.get("discussion"):
        out += [".SH DESCRIPTION"] + prose(command["discussion"])
    if subcommands:
        out.append(".SH COMMANDS")
        for sub in subcommands:
            child = escaped("-".join(path + [sub["commandName"]]))
            out += [".TP", f"\\fB{child}\\fR({SECTION})", escaped(sub.get("abstract", ""))]
    out += options(arguments) + [".SH EXIT STATUS"]
    for code, meaning in EXITS.items():
        out += [".TP", f"\\fB{code}\\fR", meaning]
    if not parents:
        out.append(".SH FILES")
        for file, meaning in FILES[SECTION]:
            out += [".TP", f"\\fI{escaped(file)}\\fR", meaning]
    see = [(other, SECTION) for other in sorted(set(siblings) - {name})]
    see.insert(0, ("-".join(parents), SECTION) if parents else OTHERS[SECTION])
    out += [".SH SEE ALSO", ",\n".join(f"\\fB{escaped(n)}\\fR({s})" for n, s in see)]

    with open(f"{FOLDER}/{name}.{SECTION}", "w", encoding="utf-8") as file:
        file.write("\n".join(out) + "\n")
    children = ["-".join(path + [sub["commandName"]]) for sub in subcommands]
    for sub in subcommands:
        page(sub, path, children)


page(json.load(sys.stdin)["command"], [], [])
