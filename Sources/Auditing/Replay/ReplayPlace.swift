package import Manifests
package import Merkle
package import Provenance

/// Where a replay is in a log: everything that decides about the next entry.
package struct ReplayPlace: Sendable {
    /// The index of the next entry.
    package internal(set) var index: UInt64

    /// The registry below it; nil before entry 0, and where that is not the pinned one.
    package private(set) var registry: Registry?

    /// The first erasure of each manifest that is erased, by its digest.
    package private(set) var erasures: [Hash: LoggedErasure] = [:]

    /// The first control statement that does not follow from those before it.
    package private(set) var firstRefused: UInt64?

    /// The first control statement that only a newer version reads: nobody here knows the registry
    /// behind it, and so nothing is judged by one.
    package private(set) var firstNewer: UInt64?

    /// Number of control statements so far.
    package private(set) var controlCount = 0

    /// The policy's limit on manifests, in bytes; nil without a registry.
    var manifestLimit: Int? { registry?.policy.settings.manifestBytes }

    /// The EntryID that entry 0 must have.
    private let genesis: EntryID

    /// The place before entry 0 of the log whose genesis is pinned.
    package init(beginningOf genesis: EntryID) {
        self.genesis = genesis
        index = 0
    }

    /// Folds a control statement that a state kept, which comes behind all that were folded.
    ///
    /// It is judged again, with its signature: nothing is believed because it was kept.
    package mutating func fold(kept leaf: [UInt8], at index: UInt64) throws(ReplayError) {
        let statement: Statement
        do throws(Refusal) {
            statement = try Statement(leaf: leaf)
        } catch {
            if NewerStatement(leaf, refused: error) != nil { passOver(controlAt: index) }
            return
        }
        _ = try fold(statement, at: index)
    }

    /// Passes over a control statement that only a newer version reads.
    mutating func passOver(controlAt index: UInt64) {
        firstNewer = firstNewer ?? index
        registry = nil
    }

    /// Goes on with the entry at `index`, once all control statements before it are folded.
    package mutating func goOn(at index: UInt64) {
        self.index = index
    }

    /// Folds the control statement at `index` as the ledger must have done.
    mutating func fold(
        _ statement: Statement, at index: UInt64
    ) throws(ReplayError) -> AuditedControl {
        controlCount += 1
        guard controlCount <= ReplayLimits.controls else { throw .tooManyControls(at: index) }
        var control = AuditedControl(
            index: index, statement: statement, isUndecided: registry == nil && index > 0)
        do throws(Refusal) {
            let order = try LoggedErasure.Order(statement, at: index)
            // An erasure behind what nobody here can read may be right, and explains what is missing.
            if firstNewer == nil { try apply(statement, at: index) }
            control.erasure = order
            if let erasure = order?.erasure {
                control.earlierErasure = erasures[erasure.digest]?.index
                erasures[erasure.digest] = erasures[erasure.digest] ?? erasure
            }
        } catch {
            control.refusal = error
            control.firstRefused = firstRefused
            firstRefused = firstRefused ?? index
        }
        return control
    }

    /// Applies a statement to the registry where it lies: a copy of all keys for each would be too
    /// much.
    private mutating func apply(_ statement: Statement, at index: UInt64) throws(Refusal) {
        if index == 0 { try checkPinned(statement) }
        if registry == nil {
            registry = try Registry.folding(statement, at: index, into: nil)
        } else {
            try registry?.apply(statement, at: index)
        }
    }

    private func checkPinned(_ statement: Statement) throws(Refusal) {
        guard statement.id == genesis else {
            throw Refusal(
                .mismatch, field: "entry 0",
                rule: "is \(statement.id), and the trust kit pins \(genesis)")
        }
    }
}

/// A control statement of the log, and what became of it.
package struct AuditedControl: Sendable {
    /// Its index.
    package let index: UInt64

    /// The statement, of which the form is right.
    package let statement: Statement

    /// Why it should have been refused; nil where it follows from those before it.
    package fileprivate(set) var refusal: Refusal?

    /// What it erases, where it is an erasure that follows.
    package fileprivate(set) var erasure: LoggedErasure.Order?

    /// The erasure before it of the same manifest.
    package fileprivate(set) var earlierErasure: UInt64?

    /// The control statement before it that should have been refused: what comes after one cannot
    /// follow.
    package fileprivate(set) var firstRefused: UInt64?

    /// Whether nothing can be said of it, because entry 0 is not the pinned one.
    let isUndecided: Bool

    init(index: UInt64, statement: Statement, isUndecided: Bool) {
        self.index = index
        self.statement = statement
        self.isUndecided = isUndecided
    }
}
