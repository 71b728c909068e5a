import ArgumentParser

/// What `audit --follow` watches for, and whom it tells.
struct FollowOptions: ParsableArguments {
    @Flag(help: "Go on: audit what is new, again and again, until SIGTERM or Ctrl-C.")
    var follow = false

    @Option(help: "The time between two rounds (60s).")
    var every: String?

    @Option(
        help: ArgumentHelp(
            "Tell of entries: issuer=URI, creator=NAME, sha256=HEX or sub=URI. Repeat it.",
            valueName: "what"))
    var watch: [String] = []

    @Flag(help: "Tell only of entries that are not in the log yet.")
    var fromNow = false

    @Option(
        help: ArgumentHelp(
            "Run a program for each event, which is on its standard input; no shell.",
            valueName: "program"))
    var exec: String?

    @Option(
        help: ArgumentHelp("POST each event to https://...; repeat it.", valueName: "url"))
    var webhook: [String] = []

    @Option(
        help: ArgumentHelp(
            "A file of such addresses, one a line: arguments are seen by all users.",
            valueName: "file"))
    var webhookFile: String?

    @Option(help: "Alert where the newest head is older than this (24h).")
    var staleAfter: String?

    @Option(help: "Alert where nobody dates a head for so long (24h; calendars 48h).")
    var anchorAfter: String?

    @Option(help: "An address for /metrics, /healthz and /readyz: HOST:PORT.")
    var opsListen: String?

    /// The first flag that says something only where the audit follows; nil where none is given.
    var flagWithoutFollow: String? {
        guard !follow else { return nil }
        let flags: [(String, Bool)] = [
            ("--every", every != nil), ("--watch", !watch.isEmpty), ("--from-now", fromNow),
            ("--exec", exec != nil), ("--webhook", !webhook.isEmpty),
            ("--webhook-file", webhookFile != nil), ("--ops-listen", opsListen != nil),
        ]
        return flags.first { $0.1 }?.0
    }
}
