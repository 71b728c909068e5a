package import Checkpoints
package import Files
package import LogReader
package import Provenance

/// Takes the newest head of a log, and holds it to the trust kit, to its witnesses and to every
/// head that was seen before, wherever that was.
package struct HeadCheck: Sendable {
    /// A head from elsewhere that the log must be consistent with.
    package struct Other: Sendable {
        /// Where it is from, for words: a file's name.
        package let name: String

        /// The note.
        package let note: [UInt8]

        /// Puts both together.
        package init(name: String, note: [UInt8]) {
            (self.name, self.note) = (name, note)
        }
    }

    /// What was found out.
    package struct Outcome: Sendable {
        /// The log as of its newest head; nil where there is none that may be read by.
        package internal(set) var log: LogTree?

        /// The newest head and what its witnesses say; nil where what is shown is no head.
        package internal(set) var head: JudgedHead?

        /// The largest head that the log has signed, where the source shows a smaller one.
        package internal(set) var larger: Checkpoint?

        /// Why the source could not be read so far; nil where it could.
        package internal(set) var failure: LogError?

        /// What is wrong with heads, at this moment.
        package internal(set) var conditions: [AuditCondition] = []

        /// What could not be found out, a sentence each.
        package internal(set) var unchecked: [String] = []
    }

    private let source: any LogSource
    private let cache: TileCache
    private let patience: HeadFetch.Patience
    private let genesis: EntryID?
    private let evidence: Folder
    private let staleAfter: UInt64?
    private let isLive: Bool
    private var trust: HeadTrust

    /// Seconds after which a head is old: a day in which a ledger in use logs something, and in
    /// which a witness is asked again.
    package static let staleAfter: UInt64 = 86_400

    /// Reads from `source`, and writes evidence of a fork into a folder.
    ///
    /// - Parameters:
    ///   - genesis: the entry that the kit pins; nil for a log of another kind.
    ///   - staleAfter: seconds after which a head is old; nil where its age says nothing.
    ///   - isLive: whether what is shown is the newest head at the time at which it is shown.
    package init(
        _ source: any LogSource, cache: TileCache, trust: HeadTrust, genesis: EntryID?,
        evidence: Folder, staleAfter: UInt64? = HeadCheck.staleAfter, isLive: Bool = true,
        _ patience: HeadFetch.Patience
    ) {
        (self.staleAfter, self.isLive) = (staleAfter, isLive)
        (self.source, self.cache, self.trust) = (source, cache, trust)
        (self.genesis, self.evidence, self.patience) = (genesis, evidence, patience)
    }

    /// Checks the newest head, and remembers it where it belongs to what was seen.
    ///
    /// - Parameters:
    ///   - others: heads from elsewhere; one that is no head of this log is refused.
    ///   - now: in POSIX seconds.
    package mutating func run(
        _ memory: inout HeadMemory, others: [Other], now: UInt64
    ) async throws -> Outcome {
        var outcome = Outcome()
        do {
            try await look(&memory, others, now, &outcome)
        } catch let error as LogError {
            (outcome.log, outcome.failure) = (nil, error)
        }
        let forks = try ForkEvidence.all(in: evidence, by: trust.terms)
        outcome.conditions += forks.found.map(\.condition)
        for fork in forks.found { memory.remember(fork.known) }
        let shown = Set(forks.found.map(\.known))
        outcome.conditions += memory.forks.filter { !shown.contains($0) }
            .map(\.conditionWithoutProof)
        outcome.unchecked += forks.others.map {
            "\(evidence.path(of: $0)): convicts nobody by the keys known here"
        }
        return outcome
    }

    /// Does so as far as the source can be read.
    private mutating func look(
        _ memory: inout HeadMemory, _ others: [Other], _ now: UInt64, _ outcome: inout Outcome
    ) async throws {
        for other in others { try await add(other, to: &memory, &outcome) }
        let accepted = memory.acceptedSize
        let known = largest(in: memory, above: accepted)?.claim.size ?? accepted
        let answer = try await newest(notBelow: known)
        guard case .head(let head) = answer else {
            if case .refused(let finding) = answer {
                outcome.conditions.append(AuditCondition(finding))
            }
            return
        }
        outcome.head = head
        outcome.larger = largest(in: memory, above: head.size)?.claim
        outcome.conditions +=
            HeadFindings(
                head, acceptedSize: accepted, staleAfter: staleAfter, now: now
            ).all
        guard genesis == nil || head.size >= HeadFindings.firstSize else {
            outcome.conditions.append(HeadFindings.tooSmall(head))
            return
        }
        try await relate(head, to: &memory, &outcome)
        guard outcome.log != nil else { return }
        if let seen = head.time ?? (isLive ? now : nil) {
            // Where a larger one is known, nobody knows how long this one was the newest.
            let newestAt = outcome.larger == nil && isLive ? now : head.firstTime
            memory.saw(HeadPresence(size: head.size, seen: seen, newestAt: newestAt))
        }
        if head.isAccepted { memory.accept(head.checkpoint) }
    }

    /// The largest head that was seen, wherever, and that the log has signed by the keys that are
    /// known; nil where none is larger than `size`.
    private func largest(in memory: HeadMemory, above size: UInt64) -> SignedCheckpoint? {
        let seen = [memory.trunk].compactMap(\.self) + memory.waiting
        // A head that no known key has signed decides nothing.
        return seen.filter { $0.claim.size > size }
            .sorted { $0.claim.size > $1.claim.size }
            .first { (try? trust.judge($0)) != nil }
    }

    private mutating func newest(
        notBelow size: UInt64
    ) async throws -> HeadFetch.Answer {
        let fetch = HeadFetch(source, layout: trust.layout, patience)
        var check = self
        defer { self = check }
        return try await fetch.newest(notBelow: size) { note throws(LogError) in
            try await check.judge(note, isNewest: true)
        }
    }

    // MARK: - Keys

    /// Judges a note; where its key is newer than those that are known, by the control statements
    /// that the source publishes.
    ///
    /// Without those statements nothing can be said of the newest head: where they are none, their
    /// file is what is wrong.
    private mutating func judge(
        _ note: [UInt8], isNewest: Bool = false
    ) async throws(LogError) -> Result<JudgedHead, CheckpointRefusal> {
        do throws(CheckpointRefusal) {
            return .success(try trust.judge(note))
        } catch {
            switch error {
            case .unknownKey, .notInForce: break
            case .malformed, .otherOrigin, .badSignature, .otherSize, .otherRoot:
                return .failure(error)
            }
            do throws(LogError) {
                guard try await learn() else { return .failure(error) }
            } catch let fault {
                guard fault.meaning == .wrong, !isNewest else { throw fault }
                return .failure(error)
            }
        }
        do throws(CheckpointRefusal) {
            return .success(try trust.judge(note))
        } catch {
            return .failure(error)
        }
    }

    /// Takes over the terms of keys that the published control statements have; false where they
    /// say nothing new.
    private mutating func learn() async throws(LogError) -> Bool {
        guard let genesis, let hint = try await hint(from: genesis) else { return false }
        let terms = hint.registry.noteKeys.terms
        // What is known already stays as it is, but for the end of its last term.
        let known = trust.terms.map(\.key)
        guard terms.count > known.count, terms.map(\.key).starts(with: known) else { return false }
        trust.terms = terms
        return true
    }

    /// Reads the published control statements, once more where a cache may have an old file; nil
    /// where there are none.
    private func hint(from genesis: EntryID) async throws(LogError) -> ControlHint? {
        let (file, limit) = (LogLayout.tiles.file(.control), ControlHint.byteLimit)
        guard let bytes = try await source.bytes(of: file, limit: limit) else { return nil }
        if let hint = try? ControlHint(bytes, genesis: genesis) { return hint }
        guard let bytes = try await source.freshBytes(of: file, limit: limit) else { return nil }
        do throws(ControlHintError) {
            return try ControlHint(bytes, genesis: genesis)
        } catch {
            throw .malformed(source.place(of: file), rule: "\(error)")
        }
    }

    // MARK: - Consistency

    /// Takes a head from elsewhere.
    private mutating func add(
        _ other: Other, to memory: inout HeadMemory, _ outcome: inout Outcome
    ) async throws {
        switch try await judge(other.note) {
        case .failure(let refusal): throw HeadCheckError(name: other.name, refusal: refusal)
        case .success(let head):
            guard !memory.wait(for: head.signed) else { return }
            outcome.unchecked.append(
                "\(other.name): too many heads wait to be compared with a larger one")
        }
    }

    /// Finds out how the newest head stands to the trunk, and how those that wait stand to it.
    private mutating func relate(
        _ head: JudgedHead, to memory: inout HeadMemory, _ outcome: inout Outcome
    ) async throws {
        let log = LogTree(
            head.signed, head.verified, layout: trust.layout, source: source, cache: cache,
            isMending: true)
        var isOfTrunk = true
        if let trunk = memory.trunk {
            switch try await relation(of: log, head, to: trunk) {
            case .consistent: break
            case .fork: isOfTrunk = false
            case .open(let words):
                isOfTrunk = false
                outcome.unchecked.append(words)
                if !memory.wait(for: head.signed) { outcome.unchecked.append(Self.noRoom) }
            }
        }
        if isOfTrunk, head.size >= memory.trunk?.claim.size ?? 0 { memory.grow(to: head.signed) }
        for waiting in memory.waiting where waiting.claim != head.checkpoint {
            switch try await relation(of: log, head, to: waiting) {
            case .consistent where waiting.claim.size <= log.size && isOfTrunk:
                memory.settle(waiting.claim)
            case .consistent: break
            case .fork:
                memory.settle(waiting.claim)
                isOfTrunk = false
            case .open(let words): outcome.unchecked.append(words)
            }
        }
        if isOfTrunk { outcome.log = log }
    }

    private static let noRoom = "too many heads wait to be compared with a larger one"

    /// How two heads of one log stand to each other.
    private enum Relation {
        case consistent, fork
        /// Nobody here can show it, in words.
        case open(String)
    }

    private mutating func relation(
        of log: LogTree, _ head: JudgedHead, to seen: SignedCheckpoint
    ) async throws(LogError) -> Relation {
        // It is judged again, by the keys of this moment.
        guard case .success(let known) = try await judge(seen.encoded) else {
            return .open(
                "whether the newest head, of size \(log.size), goes with the one of size "
                    + "\(seen.claim.size) that was seen before: its key is not known here yet")
        }
        if known.size <= log.size {
            return try await keep(ForkEvidence(log, without: known.signed, by: trust.terms))
        }
        // Whoever has the larger head may have its tiles too; where not, nothing is known, and
        // nothing is waited for.
        let larger = LogTree(
            known.signed, known.verified, layout: trust.layout, source: HastySource(source),
            cache: cache)
        do throws(LogError) {
            return try await keep(ForkEvidence(larger, without: head.signed, by: trust.terms))
        } catch {
            guard error.isOfFile else { throw error }
            return .open(
                "whether the head of size \(known.size) extends the newest, of size "
                    + "\(log.size): the source has no tiles of the larger")
        }
    }

    private func keep(_ fork: ForkEvidence?) throws(LogError) -> Relation {
        guard let fork else { return .consistent }
        do throws(FileError) {
            try fork.write(in: evidence)
        } catch {
            throw .file(error, nil)
        }
        return .fork
    }
}

/// A head from elsewhere that is no head of the log: name another file, or another kit.
package struct HeadCheckError: Error, Hashable, Sendable {
    /// Where it is from.
    package let name: String

    /// What is wrong with it.
    package let refusal: CheckpointRefusal
}
