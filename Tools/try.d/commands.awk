# Prints the commands in the code blocks of a document, each on one line: the number of its line, the
# exit code that the text beside it promises, and the command.
#
# With -v people=1 also who speaks: **The studio** at the start of a paragraph, as "0 0 # The studio".
#
#     colophon a \          a block has four spaces
#       --b    # ends with 1
function flush() {
    if (command == "") return
    code = 0
    if (match(command, /# ends with [0-9]/)) code = substr(command, RSTART + 12, 1)
    printf "%d\t%d\t%s\n", start, code, command
    command = ""
}
/^```/ { fenced = !fenced; next }
fenced { next }
people && /^\*\*The [a-z]+\*\*/ {
    flush()
    split($0, parts, /\*\*/)
    printf "0\t0\t# %s\n", parts[2]
    next
}
/^    [^ ]/ && command == "" { start = NR }
/^    / {
    line = substr($0, 5)
    if (open) sub(/^ +/, "", line)
    open = 0
    if (line ~ /\\$/) { command = command substr(line, 1, length(line) - 1); open = 1; next }
    if (line ~ /\|$/) { command = command line " "; open = 1; next }
    command = command line
    flush()
    next
}
{ open = 0; flush() }
END { flush() }
