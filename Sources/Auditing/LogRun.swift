import Checkpoints
import Encoding
import Files
import LogReader

/// What one run of an audit does, of a ledger or of a log of any kind.
protocol LogRun {
    /// What is known so far.
    var report: AuditReport { get set }

    /// What is found at this moment, and is not kept: a later run looks again.
    var present: [AuditCondition] { get set }

    /// The largest head that is known, where the source shows a smaller one.
    var larger: LargerHead? { get }

    /// Runs to the newest head, or as far as it goes.
    mutating func pass() async throws

    /// Makes what was done count.
    mutating func commit() async throws

    /// The report of all that is known now.
    mutating func finished() -> AuditReport
}

extension LogRun {
    /// Runs to the newest head, or as far as it goes, and says how it ended.
    mutating func toItsEnd() async throws -> AuditReport {
        do {
            try await pass()
        } catch let error as LogError {
            // What was wrong once, and could not be asked for again, is no finding.
            if !Task.isCancelled { end(with: error) }
        } catch let error as ReplayError {
            report.ending = .unreadable("\(error)")
        } catch is CancellationError {
            report.ending = .interrupted
        } catch AuditStateError.stopped {
            report.ending = .interrupted
            return finished()
        }
        if report.ending == .complete, let larger { report.ending = .behind(larger) }
        if Task.isCancelled { report.ending = .interrupted }
        try await commit()
        return finished()
    }

    /// What follows from a log that could not be read to its end.
    private mutating func end(with error: LogError) {
        guard error.meaning == .wrong else {
            report.ending = .unreadable("\(error)")
            return
        }
        present.append(AuditCondition(error.finding))
        report.ending = .blocked
    }
}

/// What every run has in a state, whatever log it is of.
extension AuditState {
    /// The names under which a state keeps what is not its own.
    enum Part {
        static let heads: Text = "heads"
        static let evidence: Text = "evidence"
        static let begun: Text = "begun"
        static let lists: Text = "lists"
        static let unserved: Text = "unserved"
    }

    /// Reads what is kept under a name; nil where nothing is.
    func part<Value>(
        _ name: Text, _ read: ([UInt8]) -> Value?
    ) throws(AuditStateError) -> Value? {
        guard let bytes = part(name) else { return nil }
        guard let value = read(bytes) else {
            throw .damaged(path: folder.path, rule: "keeps \(name) that cannot be read")
        }
        return value
    }

    /// Reads a part that is a number.
    func number(_ name: Text) throws(AuditStateError) -> UInt64? {
        try part(name) { (try? CBOR.decode($0))?.unsignedValue }
    }

    /// The heads that were seen, as whoever reads the source of this name must know them.
    func heads(readingFrom name: String) throws(AuditStateError) -> HeadMemory {
        var heads = try part(Part.heads) { HeadMemory($0) } ?? HeadMemory()
        heads.read(source: name)
        return heads
    }

    /// Returns what is found of the tiles that were wrong where only a proof about heads needed
    /// them: what a walk looked at stands already.
    ///
    /// Where so many faults stand that no more are kept, these are not looked for. That a tile is
    /// not there ends the run.
    func unwalkedDamage(of log: LogTree) throws(LogError) -> [AuditCondition] {
        let damage = log.damage
        if let missing = damage.first(where: { $0.meaning == .missing }) { throw missing }
        let known = faults.map(\.finding)
        guard known.count < FaultList.limit else { return [] }
        return damage.map(\.finding).filter { finding in
            !known.contains { $0.isAbout(finding) }
        }.map { AuditCondition($0) }
    }

    /// When the state was begun, in POSIX seconds: `now` for one that begins.
    func begun(_ now: UInt64) throws(AuditStateError) -> UInt64 {
        if let since = try number(Part.begun) { return since }
        set(part: Part.begun, to: CBOR.unsigned(now).encoded())
        return now
    }
}
