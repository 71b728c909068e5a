import Encoding
package import Merkle
package import Provenance

/// What was found of a history so far, and what is looked for next: the rules of whom a history
/// follows, for whoever reads entries from somewhere.
package struct HistoryReading: Sendable {
    /// The entry that was asked about; nil until it is known.
    package var asked: EntryID?

    /// The steps by their entries.
    package private(set) var steps: [EntryID: HistoryStep] = [:]

    /// What was asked for and is not in the log.
    package var absent: Set<EntryID> = []

    /// The entries that name a file, in the order of the log.
    package var files: [Hash: [EntryID]] = [:]

    /// Where entries are, by the files of the log.
    package var places: [EntryID: UInt64] = [:]

    /// What is looked for next.
    package var names = HistoryNames()

    /// Whether there is more than was read.
    package var isCut = false

    /// How many steps lead nowhere: somebody else has registered them.
    package private(set) var strangerCount = 0

    /// How many lists the ledger was asked for.
    package var listCount = 0

    /// The entries from which others were looked for.
    private var followed: Set<EntryID> = []

    /// The entries from which the one that was asked about was made, as far as they are known.
    private var ancestors: Set<EntryID> = []

    /// Begins with nothing.
    package init() {}

    /// Takes a step, and names what it leads to: of the signer's own, and of what it was made from.
    ///
    /// What somebody else has registered about the same file, or in the same thread, is a step and
    /// leads nowhere: it could lead to as much as its signer likes.
    package mutating func add(_ step: HistoryStep, files digests: [Hash]) {
        steps[step.entry] = step
        if asked == nil { asked = step.entry }
        let isAsked = step.entry == asked
        let own = asked.flatMap { steps[$0]?.verifiedIssuer }
        let isOwn = own != nil && step.verifiedIssuer == own
        guard isAsked || isOwn || ancestors.contains(step.entry) else {
            strangerCount += 1
            return
        }
        followed.insert(step.entry)
        if isAsked || ancestors.contains(step.entry) {
            for parent in step.parents {
                if case .entry(let entry) = parent.name { ancestors.insert(entry) }
            }
        }
        names.add(step, files: digests)
    }

    /// The steps, each with what was found of its parents.
    package var resolved: [HistoryStep] {
        steps.values.map { step in
            step.resolving { parent in finding(of: parent, in: step) }
        }
    }

    private func finding(
        of parent: HistoryParent, in step: HistoryStep
    ) -> HistoryParent.Finding {
        let open: HistoryParent.Finding =
            followed.contains(step.entry) ? .beyondLimit : .notLookedUp
        switch parent.name {
        case .entry(let entry):
            if steps[entry] != nil { return .step(entry) }
            return absent.contains(entry) ? .notInLog : open
        case .file(let digest):
            guard let named = files[digest] else { return open }
            let others = named.filter { $0 != step.entry }
            guard let first = others.first else { return .notInLog }
            return others.first { steps[$0] != nil }.map { .step($0) }
                ?? (absent.contains(first) ? .notInLog : open)
        }
    }
}
