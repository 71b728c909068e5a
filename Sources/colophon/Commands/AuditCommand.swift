import ArgumentParser
import Auditing
import Encoding
import Files
import Foundation
import HTTPCalls
import Jobs
import LogReader
import Provenance
import Settings
import Studio

/// Replays a whole log.
struct AuditCommand: ColophonCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Replay a whole log: has the ledger kept every rule?",
        discussion: """
              colophon audit --ledger https://ledger.example/prints --trust trust/ \\
                --state audit/
              colophon audit --from export/ --trust trust/ --state audit/

            Every entry is read and proven into the newest signed checkpoint, and judged as
            the ledger must have judged it: form, signature, key, policy, manifest. The
            checkpoint needs the witnesses that the kit asks for, and must extend every one
            that was seen before. It needs no account, and takes nobody's word.

            --state DIR remembers what was read and seen, for its owner alone. The next run
            reads what is new; one that is cut off goes on where it was. What was found
            stays found: DIR/findings has all of it, a line each.

            Of an index head the place among the others is checked, and its map is computed
            of the entries: it is right, wrong, or not checked here, and the report says
            which. --without-index computes none.

            --checkpoint FILE (repeat it) is a head from elsewhere that the log must be
            consistent with: a saved checkpoint, a record, a tlog-proof. Two heads that
            contradict each other are kept as DIR/fork-....misbehaviour, which "colophon
            verify-misbehaviour" judges, for anybody.

            --from DIR reads a folder of "colophond export" or "colophon mirror" in the
            ledger's place. --without-signatures is some ten times faster, and
            --without-manifests reads a fraction; a state goes on as it was begun.

            --follow goes on, as a monitor: it tells each event as a line of JSON, to a
            program (--exec) and to services (--webhook), each at least once, and ends with
            0 when it is stopped. An artist hears of her name, a partner of a PoP:

              colophon audit --ledger https://ledger.example/prints --trust trust/ \\
                --state audit/ --follow --watch creator="Ana Okoye" --from-now

            --generic looks over a log of any kind, by its key: whether its checkpoint is
            signed and only grew, and whether every tile and bundle is what it covers.

            Exit code 0: clean, perhaps with notices of what is not the ledger's matter;
            1: a rule was broken (with --strict also for notices); 2: wrong usage or
            input; 3: it did not come to its end, or the source shows an older log than is
            known (from the kit, --checkpoint or an earlier run), and it says why.
            """)

    @OptionGroup var log: LogOptions

    @Option(
        help: ArgumentHelp(
            "A folder with the log's files, in the ledger's place.", valueName: "dir")
    )
    var from: String?

    @Option(help: ArgumentHelp("The folder that remembers; made where missing.", valueName: "dir"))
    var state: String

    @Option(
        help: ArgumentHelp("A head from elsewhere; may be repeated.", valueName: "file"))
    var checkpoint: [String] = []

    @Flag(help: "Check no signatures but those of control statements.")
    var withoutSignatures = false

    @Flag(help: "Read no manifests.")
    var withoutManifests = false

    @Flag(help: "Compute no map of an index head.")
    var withoutIndex = false

    @Option(
        help: ArgumentHelp(
            "Bitcoin block headers that you trust (COLOPHON_BITCOIN_HEADERS).", valueName: "file"))
    var bitcoinHeaders: String?

    @Flag(help: "Exit with 1 where there are only notices, too.")
    var strict = false

    @OptionGroup(title: "Options of a monitor") var following: FollowOptions
    @OptionGroup var common: CommonOptions

    func perform(_ console: Console) async throws(Failure) -> ExitStatus {
        // Records lie in arrays of up to 20 MiB, and each round sorts and merges on a new thread.
        LargePieces.giveBack()
        if let flag = following.flagWithoutFollow {
            throw .usage(
                "\(flag) says something only with --follow",
                hint: "add --follow, and the audit goes on and tells what it meets")
        }
        let plan = try FollowPlan(following)
        let settings = try await log.settings(common, ["bitcoin-headers": bitcoinHeaders])
        if log.generic { return try await generic(plan, settings, console) }
        let desk = try AuditDesk(self, plan, settings, console)
        if following.follow { return try await follow(desk, plan, console) }
        return show(try await once(desk), console)
    }

    /// Audits once, or until somebody stops it.
    private func once(_ log: any FollowedLog) async throws(Failure) -> AuditReport {
        try await StopSignal.during(trying: { () async throws(Failure) in
            try await log.once()
        })
    }

    /// Looks over a log whose entries may be anything.
    private func generic(
        _ plan: FollowPlan, _ settings: Settings, _ console: Console
    ) async throws(Failure) -> ExitStatus {
        guard !withoutSignatures, !withoutManifests, !withoutIndex, plan.monitor.watches.isEmpty
        else {
            throw .usage(
                "--generic goes with none of --watch, --without-...",
                hint: "what the entries of such a log say is not known here")
        }
        let desk = try GenericDesk(self, plan, settings, console)
        if following.follow { return try await follow(desk, plan, console) }
        return show(try await once(desk), console)
    }

    /// Audits again and again, until somebody stops it.
    private func follow(
        _ log: any FollowedLog, _ plan: FollowPlan, _ console: Console
    ) async throws(Failure) -> ExitStatus {
        if withoutManifests, plan.monitor.watches.needsManifests {
            throw .usage(
                "--watch creator=NAME needs manifests",
                hint: "leave out --without-manifests, or watch issuer=URI")
        }
        let run = try FollowRun(log, plan, console)
        return try await StopSignal.during(trying: { () async throws(Failure) in
            try await run.run()
        })
    }

    private func show(_ report: AuditReport, _ console: Console) -> ExitStatus {
        let status = report.status(isStrict: strict)
        if console.json {
            console.print(json: report.json)
        } else if !console.quiet || status != .yes {
            for line in AuditText(report).lines { console.print(line) }
        }
        switch report.ending {
        case .complete where report.outcome == .incomplete:
            console.report(
                Failure(
                    .tryAgain, nil, report.newer ?? "",
                    hint: "update this program, and audit again with a new --state"))
        case .complete, .blocked: break
        case .interrupted:
            console.report(
                Failure(
                    .tryAgain, nil, "the audit was stopped at entry \(report.extent.entries)",
                    hint: "run the same command again: it goes on from there"))
        case .behind:
            console.report(
                Failure(
                    .tryAgain, nil, report.older ?? "",
                    hint: report.log.isLive
                        ? "try again later; if it stays so, compare it with a mirror"
                        : "renew the copy, or audit the log itself: --ledger URL"))
        case .unreadable(let words):
            console.report(
                Failure(
                    .tryAgain, nil, words,
                    hint: "run the same command again: it goes on from there"))
        }
        return status
    }
}

extension AuditReport {
    /// What a report means for whoever waits for the command.
    func status(isStrict: Bool) -> ExitStatus {
        switch outcome {
        case .clean: .yes
        case .notices: isStrict ? .no : .yes
        case .violations: .no
        case .incomplete: .tryAgain
        }
    }
}
