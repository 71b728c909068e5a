import Merkle

/// What the names of entries say together, turned into findings and questions.
struct JudgedNames {
    /// Pairs that are kept until it is known which entries are one statement.
    private static let limit = 1 << 16

    private(set) var questions: [ManifestQuestion]
    private(set) var later: LaterQuestions
    private var judge = NameJudge()
    private var findings: [AuditFinding] = []

    /// Later entries of one statement: they have one nonce too, which is no second fault.
    private var duplicates: Set<UInt64> = []
    private var nonces: [(index: UInt64, first: UInt64)] = []

    /// The manifest that was asked about last, and how many questions there were about it.
    private var asked: (digest: Hash, count: Int) = (.zero, 0)

    /// The first entry that was not settled before.
    private var firstNew = UInt64.max

    /// Begins with the questions that are open, and those that had no room.
    init(_ questions: [ManifestQuestion], _ later: LaterQuestions) {
        (self.questions, self.later) = (questions, later)
    }

    /// Takes the next record, as ``NameJudge`` does.
    mutating func take(_ record: NameRecord, isSettled: Bool) {
        if !isSettled { firstNew = min(firstNew, record.index) }
        guard let verdict = judge.take(record, isSettled: isSettled) else { return }
        switch verdict {
        case .duplicate(let index, let first):
            if duplicates.count < Self.limit { duplicates.insert(index) }
            findings.append(
                AuditFinding(.duplicate, .entry(index), "is the statement of entry \(first)"))
        case .nonce(let index, let first):
            nonces.append((index, first))
            if nonces.count >= Self.limit { tellNonces() }
        case .unexplained, .served:
            if let question = verdict.question(record.name.hash) { ask(question) }
        }
    }

    /// Takes the next of all records again, of which only those in `waiting` are asked about.
    mutating func take(_ record: NameRecord, among waiting: WaitingQuestions) {
        guard !(record.name < waiting.from),
            let question = judge.take(record, isSettled: false)?.question(record.name.hash),
            waiting.contains(question)
        else { return }
        firstNew = waiting.since
        ask(question)
    }

    /// Where there are too many questions, those that are left are asked later.
    private mutating func ask(_ question: ManifestQuestion) {
        asked = (question.digest, question.digest == asked.digest ? asked.count + 1 : 1)
        if question.reason != .unexplained, asked.count > ManifestQuestion.limitPerManifest {
            return
        }
        // While some wait, those behind them wait, too: so it is known which.
        let isBehind =
            later.count > 0 && !(DigestName(question.digest) < DigestName(later.from))
        guard questions.count < ManifestQuestion.limit, !isBehind else {
            return later.add(question.digest)
        }
        questions.append(question)
    }

    /// The questions that had no room, once all records were taken.
    var left: LaterQuestions {
        var left = later
        left.since = later.count > 0 ? min(later.since, firstNew) : .max
        return left
    }

    /// Hands over what was found, so that little of it is in memory.
    mutating func hand(
        to body: (AuditFinding) throws(RunError) -> Void
    ) throws(RunError) {
        guard !findings.isEmpty else { return }
        for finding in findings { try body(finding) }
        findings.removeAll(keepingCapacity: true)
    }

    /// Turns pairs of one nonce into findings, where they are two statements.
    mutating func tellNonces() {
        for (index, first) in nonces where !duplicates.contains(index) {
            findings.append(
                AuditFinding(
                    .nonce, .entry(index),
                    "has the issuer and the nonce of entry \(first), and is another statement"))
        }
        nonces = []
    }
}

/// Which questions had no room, while they are looked for.
struct WaitingQuestions {
    /// The least name that one is about.
    let from: DigestName

    /// The first entry that brought one about.
    let since: UInt64

    /// What was asked already.
    private let asked: Set<ManifestQuestion>

    init(_ later: LaterQuestions, beside questions: [ManifestQuestion]) {
        (from, since, asked) = (DigestName(later.from), later.since, Set(questions))
    }

    func contains(_ question: ManifestQuestion) -> Bool {
        let cause =
            switch question.reason {
            case .unexplained: question.index
            case .erased(let erasure): max(question.index, erasure)
            }
        return cause >= since && !asked.contains(question)
    }
}

extension NameJudge.Verdict {
    /// What is to be asked because of it; nil where nothing is.
    fileprivate func question(_ digest: Hash) -> ManifestQuestion? {
        switch self {
        case .duplicate, .nonce: nil
        case .unexplained(let index):
            ManifestQuestion(index: index, digest: digest, reason: .unexplained)
        case .served(let index, let erasure):
            ManifestQuestion(index: index, digest: digest, reason: .erased(by: erasure))
        }
    }
}
