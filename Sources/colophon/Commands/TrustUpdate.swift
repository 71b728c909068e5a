import ArgumentParser
import Encoding
import Files
import HTTPCalls
import LedgerClient
import Provenance
import Settings
import Studio

/// Brings a trust kit up to date.
struct TrustUpdate: ColophonCommand {
    static let configuration = CommandConfiguration(
        commandName: "update",
        abstract: "Bring a trust kit up to date.",
        discussion: """
              colophon trust update trust.colophon-kit \\
                --ledger https://ledger.example/prints

            The genesis stays. The ledger must show that its log extends the kit's head;
            else the kit stays as it is, what the ledger gave is kept beside it, and both
            show what the ledger has done. Witnesses, quorum, other ledgers, timestamp
            authorities and calendars stay yours; where the ledger names others you are
            told, and --accept-policy takes them.
            """)

    @Argument(
        help: ArgumentHelp(
            "The trust kit, a file or a folder; default COLOPHON_TRUST.", valueName: "kit"))
    var kit: String?

    @OptionGroup var connection: LedgerConnection

    @Flag(help: "Take over whom the ledger's kit believes: witnesses, authorities, other ledgers.")
    var acceptPolicy = false

    @OptionGroup var common: CommonOptions

    func perform(_ console: Console) async throws(Failure) -> ExitStatus {
        let settings = try await common.settings(connection.flags.merging(["trust": kit]) { $1 })
        let kit = try NamedFile.namedKit(settings.requiredKit(isArgument: true))
        let url = try Network.url(settings.required("ledger"))
        let options = try Network.options(settings, console)
        let renewal = try await Self.renewal(of: kit, at: url, options, taking: acceptPolicy)
        let (own, served) = (renewal.update.own, renewal.update.served)
        guard case .newer(let files) = renewal.outcome else {
            tell(renewal.update.differences, console)
            console.print(
                "\(kit.path): up to date, tree size \(own.size)",
                [("kit", .string(Text(kit.path))), ("status", "known")] + KitText.members(of: own))
            return .yes
        }
        do throws(FileError) {
            try NewKit.replace(kit, by: files)
        } catch {
            throw Failure(writing: error)
        }
        tell(renewal.update.differences, console)
        console.print(
            "\(kit.path): tree size \(own.size) to \(served.size), \(Instant(served.time))",
            [("kit", .string(Text(kit.path))), ("status", "updated")]
                + KitText.members(of: served))
        return .yes
    }

    /// Asks the ledger for a newer kit, and keeps what speaks against it (trust-kit.md §5).
    static func renewal(
        of kit: NamedKit, at url: ServiceURL, _ options: CallOptions, taking policy: Bool
    ) async throws(Failure) -> KitRenewal {
        do throws(KitRenewalError) {
            return try await LedgerClient.with(url, options: options) {
                client throws(KitRenewalError) in
                try await KitRenewal(of: kit.files, at: client, takingPolicy: policy)
            }
        } catch {
            switch error {
            case .ledger(let error): throw Failure(error, "\(url)")
            case .refused(let error, let served):
                throw refusal(error, served, of: kit, at: url)
            }
        }
    }

    /// Keeps what the ledger gave, where that shows something, and says why it was refused.
    ///
    /// The refusal stands where it cannot be kept, too: it is what the ledger has done.
    static func refusal(
        _ error: TrustKitUpdateError, _ served: TrustKit.Files, of kit: NamedKit,
        at url: ServiceURL
    ) -> Failure {
        var failure = Failure(error, kit, url)
        guard error.isEvidence, let head = try? TrustKit(served).head else { return failure }
        do throws(FileError) {
            if let place = try NewKit.keep(served, head: head, beside: kit.path) {
                failure.hint =
                    "keep both: \(kit.path) stays as it is, and what the ledger gave is in \(place)"
            } else {
                failure.hint =
                    "\(kit.path) stays as it is; \(NewKit.refusedLimit) kits beside it hold what "
                    + "was refused already: move them to another folder, for all may be evidence"
            }
        } catch {
            failure.hint =
                "\(kit.path) stays as it is; what the ledger gave shows what it has done, and "
                + "could not be kept: \(error.path): \(error.words)"
        }
        return failure
    }

    /// Tells in which choices of the collector's own the ledger's kit differs.
    private func tell(_ differences: [String], _ console: Console) {
        guard !differences.isEmpty else { return }
        console.note(
            acceptPolicy
                ? "taken over from the ledger's kit:"
                : "yours stay, where the ledger's kit differs (--accept-policy takes its own):")
        for line in differences { console.note("  \(line)") }
    }
}
