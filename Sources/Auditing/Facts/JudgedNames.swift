/// What the names of entries say together, turned into findings and questions.
struct JudgedNames {
    /// Pairs that are kept until it is known which entries are one statement.
    private static let limit = 1 << 16

    private(set) var questions: [ManifestQuestion]
    private var judge = NameJudge()
    private var findings: [AuditFinding] = []

    /// Later entries of one statement: they have one nonce too, which is no second fault.
    private var duplicates: Set<UInt64> = []
    private var nonces: [(index: UInt64, first: UInt64)] = []

    /// Questions about the manifest that was asked about last.
    private var askedCount = 0

    /// Begins with the questions that are open.
    init(_ questions: [ManifestQuestion]) {
        self.questions = questions
    }

    /// Takes the next record, as ``NameJudge`` does.
    mutating func take(_ record: NameRecord, isSettled: Bool) {
        guard let verdict = judge.take(record, isSettled: isSettled) else { return }
        switch verdict {
        case .duplicate(let index, let first):
            if duplicates.count < Self.limit { duplicates.insert(index) }
            findings.append(
                AuditFinding(.duplicate, .entry(index), "is the statement of entry \(first)"))
        case .nonce(let index, let first):
            nonces.append((index, first))
            if nonces.count >= Self.limit { tellNonces() }
        case .unexplained(let index):
            ask(ManifestQuestion(index: index, digest: record.name.hash, reason: .unexplained))
        case .served(let index, let erasure):
            ask(
                ManifestQuestion(
                    index: index, digest: record.name.hash, reason: .erased(by: erasure)))
        }
    }

    /// Where there are too many questions, the answers are taken as they were.
    private mutating func ask(_ question: ManifestQuestion) {
        askedCount = question.digest == questions.last?.digest ? askedCount + 1 : 1
        if question.reason != .unexplained, askedCount > ManifestQuestion.limitPerManifest {
            return
        }
        if questions.count < ManifestQuestion.limit {
            questions.append(question)
        } else {
            findings.append(question.finding)
        }
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
