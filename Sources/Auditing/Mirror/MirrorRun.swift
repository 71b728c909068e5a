import Checkpoints
import Encoding
import Files
package import LogReader
import Merkle
package import Provenance

/// Brings a copy of a log up to date (mirror.md).
package struct MirrorRun: Sendable {
    /// What to copy, and what is asked of it.
    package struct Options: Sendable {
        /// The folder of the copy.
        package var folder: String

        /// Whether all files of the copy are looked at, not only those that are new.
        package var looksAgain = false

        /// Whether a head is taken that fewer witnesses have seen than the kit asks for: that of
        /// an export is the newest that was signed.
        package var takesAnyQuorum = false

        package init(folder: String) {
            self.folder = folder
        }
    }

    /// What came of it.
    package struct Outcome: Sendable {
        /// What was done, and what was not taken.
        package let report: MirrorReport

        /// The head that the copy has now.
        package let head: JudgedHead

        /// What is wrong with the control statements beside the log, in words.
        package let controlFault: String?
    }

    private let source: any LogSource
    private let options: Options

    /// Copies what `source` has.
    package init(_ source: any LogSource, _ options: Options) {
        (self.source, self.options) = (source, options)
    }

    /// Copies a ledger, whose genesis and witnesses are the kit's.
    package func run(
        _ kit: TrustKit, progress: (MirrorProgress) -> Void
    ) async throws(MirrorError) -> Outcome {
        let mirror = try open(allowingExtensions: false)
        let (rules, rival, fault) = try await rules(kit, mirror)
        var trust = HeadTrust(kit)
        trust.terms = rules.registry.noteKeys.terms
        var step = MirrorStep(source: source, options: options, trust: trust)
        if let rival {
            step.rival = rival.registry.noteKeys.terms.filter { !trust.terms.contains($0) }
        }
        return try await step.run(
            mirror, rules, known: kit.signedHead,
            fault: { rules.stranger.map(Self.strangerWords) ?? fault }, progress: progress)
    }

    /// Copies a log of any kind: its checkpoint, tiles and entries.
    package func run(
        _ trust: HeadTrust, progress: (MirrorProgress) -> Void
    ) async throws(MirrorError) -> Outcome {
        let step = MirrorStep(source: source, options: options, trust: trust)
        return try await step.run(
            try open(allowingExtensions: true), PlainLog(), known: nil, fault: { nil },
            progress: progress)
    }

    private static func strangerWords(_ index: UInt64) -> String {
        "does not have the control statement of entry \(index), or has another in its place"
    }

    private func open(allowingExtensions: Bool) throws(MirrorError) -> LogMirror {
        do throws(StaticLogError) {
            return try LogMirror(
                folder: options.folder, allowingExtensions: allowingExtensions)
        } catch {
            throw .folder(error)
        }
    }

    /// Folds the longest chain of control statements that there is: of the log, of the copy, or of
    /// the kit.
    ///
    /// - Returns: also the chain of the log or the copy that goes on otherwise than the longest,
    ///   where there is one, and what is wrong with the log's, in words.
    private func rules(
        _ kit: TrustKit, _ mirror: LogMirror
    ) async throws(MirrorError) -> (
        LedgerMirrorRules, rival: LedgerMirrorRules?, fault: String?
    ) {
        let limit = LogLimits.controlBytes
        let file = LogLayout.tiles.file(.control)
        let (shown, own): ([UInt8]?, [UInt8]?)
        do throws(LogError) {
            shown = try await source.bytes(of: file, limit: limit)
            own = try await mirror.copy.bytes(of: file, limit: limit)
        } catch {
            throw .log(error)
        }
        let fromLog = shown.flatMap { LedgerMirrorRules(kit, control: $0) }
        let fromCopy = own.flatMap { LedgerMirrorRules(kit, control: $0) }
        var best = LedgerMirrorRules(kit)
        for rules in [fromCopy, fromLog].compactMap({ $0 })
        where rules.registry.sequence >= best.registry.sequence {
            best = rules
        }
        let fault: String? =
            switch (shown, fromLog) {
            case (nil, _): "is not there"
            case (_, nil): "is no chain of control statements that begins with the trust kit's"
            case (_, let rules?) where rules.registry.sequence < best.registry.sequence:
                "lacks control statements that are known here"
            default: nil
            }
        let rival = [fromCopy, fromLog].compactMap { $0 }.first { !best.goesOn(from: $0) }
        return (best, rival, fault)
    }
}
